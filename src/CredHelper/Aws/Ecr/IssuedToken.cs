using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Aws.Ecr;

/// <summary>
/// A token that AWS has just issued. <see cref="Life"/> is measured by the server's clock, so that a wrong local clock
/// has no effect. <see cref="Source"/> describes the identity that it was issued to; <see cref="Dependencies"/> are the
/// inputs, other than the environment and configuration files, that determined the identity.
/// </summary>
internal sealed record IssuedToken(EcrRegistry Registry, string Username, string Secret, TimeSpan Life, string Source)
{
    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    public override string ToString() => $"token of {Registry} ({Source})";
}

/// <summary>
/// Issues registry tokens, without exposing AWS types. It never blocks its caller: work that does not react to its
/// cancellation, such as a name lookup that hangs, is left running.
/// </summary>
internal interface ITokenIssuer
{
    /// <exception cref="HelperException">
    /// No token can be issued; the exception has the reason and the identity.
    /// </exception>
    Task<IssuedToken> IssueAsync(EcrRegistry registry, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the inputs, other than the environment and the configuration files, that determine the identity in a
    /// region, as far as they are known before a call. Sends no request.
    /// </summary>
    IReadOnlyList<Dependency> InputsIn(string region) => [];

    /// <summary>Issues a token of the caller's own account in a region; its registry contains the account id.</summary>
    /// <exception cref="HelperException">No token can be issued.</exception>
    Task<IssuedToken> IssueOwnAsync(string region, CancellationToken cancellationToken);
}
