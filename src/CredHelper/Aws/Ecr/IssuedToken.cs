using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Aws.Ecr;

/// <summary>
/// A token that AWS issued just now. <see cref="Life"/> is counted by the server's own clock, so that a wrong local one
/// does no harm. <see cref="Source"/> says in words whose it is; <see cref="Dependencies"/> what, beyond the
/// environment and configuration files, decided that.
/// </summary>
internal sealed record IssuedToken(EcrRegistry Registry, string Username, string Secret, TimeSpan Life, string Source)
{
    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    public override string ToString() => $"token of {Registry} ({Source})";
}

/// <summary>
/// Whoever issues registry tokens. AWS types stay behind it. It never blocks its caller: what does not listen to its
/// cancellation (a resolver that hangs) is waited for elsewhere.
/// </summary>
internal interface ITokenIssuer
{
    /// <exception cref="HelperException">No token is to be had; the message says why and names the
    /// identity.</exception>
    Task<IssuedToken> IssueAsync(EcrRegistry registry, CancellationToken cancellationToken);

    /// <summary>
    /// What decides the identity in a region beyond the environment and the configuration files, as far as that is
    /// known before a call; nothing is requested.
    /// </summary>
    IReadOnlyList<Dependency> InputsIn(string region) => [];

    /// <summary>A token of the caller's own account in a region; its registry says which account that is.</summary>
    /// <exception cref="HelperException">No token is to be had.</exception>
    Task<IssuedToken> IssueOwnAsync(string region, CancellationToken cancellationToken);
}
