using CredHelper.DockerConfig;
using CredHelper.Protocol;

namespace CredHelper.PullResolution;

/// <summary>The result of looking up the credentials for a key.</summary>
internal enum Outcome
{
    /// <summary>The credentials were found.</summary>
    Credentials,

    /// <summary>The entry exists but contains no credentials: the pull is anonymous.</summary>
    Empty,

    /// <summary>The helper has no credentials for the key.</summary>
    NotFound,

    /// <summary>The helper is missing or fails, or the entry cannot be read.</summary>
    Failed,
}

/// <summary>An entry of a docker configuration that matches an image.</summary>
/// <param name="Source">The variable, the file or the job payload.</param>
/// <param name="Key">The key as written there, or as the helper's <c>list</c> prints it.</param>
/// <param name="Via"><c>auths</c>, <c>credsStore</c> or <c>credHelpers</c>.</param>
/// <param name="Helper">The helper's name after <c>docker-credential-</c>; null for a static entry.</param>
/// <param name="Username">Null if there is none, or for an identity token alone.</param>
internal sealed record Candidate(
    string Source,
    string Key,
    string Via,
    string? Helper,
    string? Username,
    Outcome Outcome
)
{
    public const string ViaAuths = "auths",
        ViaStore = "credsStore",
        ViaHelpers = "credHelpers";

    /// <summary>The key's path, which a runner compares with the image.</summary>
    public string Path { get; } = ImagePath.OfKey(Key);

    public bool IsUsable => Outcome == Outcome.Credentials;

    /// <summary>The credentials that the client sends; null if it sends none. Secret.</summary>
    public Credential? Login { get; init; }

    public static Candidate Of(string source, AuthEntry entry) =>
        new(
            source,
            entry.Key,
            ViaAuths,
            null,
            entry.Username.Length > 0 ? entry.Username : null,
            entry.IsUsable ? Outcome.Credentials : Outcome.Empty
        )
        {
            Login = entry.Login,
        };

    public static Candidate Of(string source, string key, string via, string helper, HelperAnswer answer) =>
        new(
            source,
            key,
            via,
            helper,
            answer.Login is { Username: not ("" or HelperAnswer.TokenUser) and var user } ? user : null,
            answer.Outcome
        )
        {
            Login = answer.Login,
        };

    /// <summary>
    /// A helper's answer replaces the user, password and identity token of the static entry with the same key, but not
    /// a registry token.
    /// </summary>
    public Candidate WithTokenOf(IReadOnlyList<AuthEntry> entries) =>
        entries is [{ RegistryToken.Length: > 0 }, ..] ? this with { Outcome = Outcome.Credentials } : this;

    public string OutcomeText =>
        Outcome switch
        {
            Outcome.Credentials => "credentials",
            Outcome.Empty => "empty",
            Outcome.NotFound => "not found",
            _ => "failed",
        };
}

/// <summary>A source that the client ignores completely, why, and where the client reports that.</summary>
/// <param name="SaidBy"><c>job log</c>, <c>docker</c>, or <c>nobody</c> if the client does not report it.</param>
internal sealed record DroppedSource(string Source, string Reason, string SaidBy)
{
    /// <summary>The helper that fails; null if the source itself cannot be used.</summary>
    public string? Helper { get; init; }
}

/// <summary>The origin of a failure.</summary>
/// <param name="Source">The variable or the file.</param>
/// <param name="Helper">The helper that the source names and that fails; null if the source itself cannot be
/// used.</param>
internal sealed record FailureOrigin(string Source, string? Helper = null);

/// <summary>The credentials that an image would be pulled with.</summary>
/// <param name="Image">As given by the user.</param>
/// <param name="Candidates">All entries that match it, in the order of their sources.</param>
/// <param name="Winner">The one that is used; null if the pull is anonymous.</param>
/// <param name="FatalReason">Why the pull fails before any request is sent; null if it does not.</param>
internal sealed record ImageResolution(
    string Image,
    IReadOnlyList<Candidate> Candidates,
    int? Winner,
    IReadOnlyList<DroppedSource> Dropped,
    string? FatalReason = null
)
{
    /// <summary>The origin of <see cref="FatalReason"/>; null for an invalid image reference.</summary>
    public FailureOrigin? Origin { get; init; }

    /// <summary>
    /// Whether a job has credentials for it, which GitLab Runner uses; docker and podman first need a login.
    /// </summary>
    public bool IsOfJob { get; init; }

    /// <summary>Whether the client picks any of several entries.</summary>
    public bool IsArbitrary { get; init; }

    public Candidate? Used => Winner is { } index ? Candidates[index] : null;
}
