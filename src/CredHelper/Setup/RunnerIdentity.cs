using System.Text;
using CredHelper.Editing;
using CredHelper.GitLabRunner;

namespace CredHelper.Setup;

/// <summary>
/// Identifies a runner of config.toml after it was renamed: by its id in GitLab, which survives the rotation of its
/// token, and by a digest of its token.
/// </summary>
/// <param name="Selector">Its name in paths; see <see cref="RunnerEntry"/>.</param>
/// <param name="Id">Null if the file has none.</param>
/// <param name="TokenDigest">Never the token itself; null if the file has none.</param>
internal sealed record RunnerIdentity(string Selector, long? Id, string? TokenDigest)
{
    /// <summary>The runners of a config.toml; empty for other files.</summary>
    public static IReadOnlyList<RunnerIdentity> Of(IEditableText text) =>
        text is RunnerConfigEdit edit ? [.. edit.Config.Runners.Select(Of)] : [];

    /// <summary>The same runner among those of a file, or null if it was removed.</summary>
    public RunnerIdentity? FindIn(IReadOnlyList<RunnerIdentity> runners)
    {
        // Two GitLab instances may have issued the same id.
        Func<RunnerIdentity, bool>[] signs =
        [
            other => HasIdOf(other) && HasTokenOf(other),
            HasIdOf,
            HasTokenOf,
            // A different token may be a rotated one, but different ids are different runners.
            other => Selector == other.Selector && (Id is null || other.Id is null),
        ];
        foreach (Func<RunnerIdentity, bool> sign in signs)
        {
            RunnerIdentity[] found = [.. runners.Where(sign)];
            if (found.Length > 0)
                return found.Length == 1 ? found[0] : Array.Find(found, other => other.Selector == Selector);
        }
        return null;
    }

    private bool HasIdOf(RunnerIdentity other) => Id is not null && Id == other.Id;

    private bool HasTokenOf(RunnerIdentity other) => TokenDigest is not null && TokenDigest == other.TokenDigest;

    private static RunnerIdentity Of(RunnerEntry runner) =>
        new(
            runner.Selector,
            runner.Id is > 0 ? runner.Id : null,
            runner.Table.TextAt("token") is { Length: > 0 } token
                ? SetupRecord.Digest(Encoding.UTF8.GetBytes(token))
                : null
        );
}
