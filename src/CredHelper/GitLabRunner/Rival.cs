using CredHelper.Errors;
using CredHelper.Processes;

namespace CredHelper.GitLabRunner;

/// <summary>One of several runner managers among which the user has to choose.</summary>
/// <param name="Config">The config.toml that it reads; null if unknown.</param>
internal sealed record Rival(ManagerProcess Process, Account User, string? Config)
{
    /// <summary>The option that selects this one; null if none does.</summary>
    public string? Option => Config is { } config ? $"--runner-config {ShellWord.Quote(config)}" : null;

    /// <summary>Describes all of them in one sentence.</summary>
    public static string Describe(IEnumerable<Rival> rivals) =>
        $"several runner managers are running: {string.Join("; ", rivals)}";

    public override string ToString() =>
        $"{Process} (user {ForeignText.Clean(User.Name)}, config.toml {ForeignText.Clean(Config ?? "unknown")})";
}
