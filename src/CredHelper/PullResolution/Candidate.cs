using CredHelper.DockerConfig;
using CredHelper.Protocol;

namespace CredHelper.PullResolution;

/// <summary>What came of asking for the credentials of one key.</summary>
internal enum Outcome
{
    /// <summary>There are credentials.</summary>
    Credentials,

    /// <summary>The entry is there and holds none: the pull goes out without credentials.</summary>
    Empty,

    /// <summary>The helper knows none.</summary>
    NotFound,

    /// <summary>The helper is missing or fails, or the entry cannot be read.</summary>
    Failed,
}

/// <summary>An entry of a docker config that serves an image.</summary>
/// <param name="Source">The variable, the file or the job payload.</param>
/// <param name="Key">As it is written there, or as the helper's list names it.</param>
/// <param name="Via"><c>auths</c>, <c>credsStore</c> or <c>credHelpers</c>.</param>
/// <param name="Helper">The name behind <c>docker-credential-</c>; null for a static entry.</param>
/// <param name="Username">Null without one, and with an identity token alone.</param>
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

    /// <summary>The key's path, by which a runner matches it.</summary>
    public string Path { get; } = ImagePath.OfKey(Key);

    public bool IsUsable => Outcome == Outcome.Credentials;

    /// <summary>What the client sends. Secret; null if there is nothing to send.</summary>
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
    /// A helper's answer takes the place of the user, password and identity token of the static entry beside it; a
    /// registry token stays.
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

/// <summary>A source that the client would pass over whole, with why and who would say so.</summary>
/// <param name="SaidBy"><c>job log</c> or <c>nobody</c>.</param>
internal sealed record DroppedSource(string Source, string Reason, string SaidBy)
{
    /// <summary>The helper that fails; null if the source itself cannot be used.</summary>
    public string? Helper { get; init; }
}

/// <summary>Where a failure comes from.</summary>
/// <param name="Source">The variable or the file.</param>
/// <param name="Helper">The helper that is named there and fails; null if the source itself cannot be used.</param>
internal sealed record FailureOrigin(string Source, string? Helper = null);

/// <summary>Which credentials an image would be pulled with.</summary>
/// <param name="Image">As it was asked for.</param>
/// <param name="Candidates">All entries that serve it, in the order of their sources.</param>
/// <param name="Winner">The one that is used; null where the pull is anonymous.</param>
/// <param name="FatalReason">Why the pull would fail before anything is asked; null where it would not.</param>
internal sealed record ImageResolution(
    string Image,
    IReadOnlyList<Candidate> Candidates,
    int? Winner,
    IReadOnlyList<DroppedSource> Dropped,
    string? FatalReason = null
)
{
    /// <summary>What <see cref="FatalReason"/> comes from; null for an image that is not one.</summary>
    public FailureOrigin? Origin { get; init; }

    /// <summary>
    /// Whether a job has a login for it, which GitLab Runner uses and another client gets by a login alone.
    /// </summary>
    public bool IsOfJob { get; init; }

    /// <summary>Whether the client takes any of several entries, by chance.</summary>
    public bool IsArbitrary { get; init; }

    public Candidate? Used => Winner is { } index ? Candidates[index] : null;
}
