namespace CredHelper.Aws.Config;

/// <summary>
/// Finds the names that a mistyped name may have meant, the nearest first: another case, or one or two letters
/// different.
/// </summary>
internal static class NearNames
{
    private const int MostNames = 3,
        LongestName = 64;

    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestName)
            return [];
        int reach = name.Length < 4 ? 1 : 2;
        return
        [
            .. candidates
                .Where(candidate => candidate.Length is > 0 and <= LongestName)
                .Select(candidate =>
                    (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant()))
                )
                .Where(candidate => candidate.Distance <= reach)
                .OrderBy(candidate => candidate.Distance)
                .Take(MostNames)
                .Select(candidate => candidate.Name),
        ];
    }

    /// <summary>Returns a question with the nearest name; null if none is near.</summary>
    public static string? Suggest(string name, IEnumerable<string> candidates) =>
        Of(name, candidates) is [var near, ..] ? $"did you mean {near}?" : null;

    /// <summary>The Levenshtein distance: insertions, deletions and replacements of one character.</summary>
    private static int Distance(string a, string b)
    {
        int[] above = [.. Enumerable.Range(0, b.Length + 1)];
        int[] row = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above[j], row[j - 1]) + 1);
            }
            (above, row) = (row, above);
        }
        return above[b.Length];
    }
}
