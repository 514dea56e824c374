using System.IO.Enumeration;
using System.Text.RegularExpressions;
using CredHelper.Platform;

namespace CredHelper.PullResolution;

/// <summary>A key of a docker configuration that was meant for a registry but does not match it.</summary>
/// <param name="Source">The file or variable.</param>
/// <param name="Key">The key as written there.</param>
/// <param name="Problem">Why it does not match the registry.</param>
internal sealed partial record NearKey(string Source, string Key, string Problem)
{
    /// <summary>The first such key; null if there is none.</summary>
    /// <param name="client">Docker's keys are hosts only; other clients also accept repositories.</param>
    /// <param name="host">The registry, for which no key matches.</param>
    public static NearKey? Find(ClientConfigs configs, ClientKind client, string host) =>
        configs
            .All.SelectMany(source =>
                source
                    .Config.CredHelpers.Keys.Concat(source.Config.Auths.Select(entry => entry.Key))
                    .Select(key => (source.Name, Key: key, Problem: ProblemOf(key, client, host)))
            )
            .Where(found => found.Problem is not null)
            .Select(found => new NearKey(found.Name, found.Key, found.Problem!))
            .FirstOrDefault();

    private static string? ProblemOf(string key, ClientKind client, string host)
    {
        string rest = Scheme().Replace(key, "");
        string named = rest.Split('/')[0];
        if (named.Contains('*', StringComparison.Ordinal))
        {
            return FileSystemName.MatchesSimpleExpression(named, host)
                ? "but wildcards are not supported in keys"
                : null;
        }
        if (Placeholder().IsMatch(named))
        {
            string pattern = Placeholder().Replace(named, "*");
            return FileSystemName.MatchesSimpleExpression(pattern, host) ? "which still contains a placeholder" : null;
        }
        if (!AsciiCase.AreEqual(named, host))
            return null;
        if (rest.Length < key.Length && client != ClientKind.GitLabRunner)
            return "but the key must be the host without a scheme";
        if (named != host)
            return "but its case differs";
        return rest.Length > named.Length && client == ClientKind.Docker
            ? "but the key must be the host without a path"
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*://")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"<[^>]*>|\$\{[^}]*\}|\$[A-Za-z_]+|\{\{[^}]*\}\}|[A-Za-z]*_?account_?id", RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();
}
