using System.Text;
using CredHelper.Editing;
using CredHelper.GitLabRunner;

namespace CredHelper.Setup;

/// <summary>
/// Who a runner of config.toml is, whatever it is called by now: its id in GitLab, which stays when its token is
/// rotated, and a digest of its token.
/// </summary>
/// <param name="Selector">How it is named in paths; see <see cref="RunnerEntry"/>.</param>
/// <param name="Id">Null if the file has none.</param>
/// <param name="TokenDigest">Never the token itself; null if the file has none.</param>
internal sealed record RunnerIdentity(string Selector, long? Id, string? TokenDigest)
{
    /// <summary>The runners of a config.toml; none for a file of another kind.</summary>
    public static IReadOnlyList<RunnerIdentity> Of(IEditableText text) =>
        text is RunnerConfigEdit edit ? [.. edit.Config.Runners.Select(Of)] : [];

    /// <summary>The same runner among those of a file; null if it is gone.</summary>
    public RunnerIdentity? FindIn(IReadOnlyList<RunnerIdentity> runners)
    {
        // Two GitLab instances may have given the same id.
        Func<RunnerIdentity, bool>[] signs =
        [
            other => HasIdOf(other) && HasTokenOf(other),
            HasIdOf,
            HasTokenOf,
            // A rotated token is another one; two ids are two runners.
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
