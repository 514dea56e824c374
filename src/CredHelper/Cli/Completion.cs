using System.CommandLine;
using System.Globalization;

namespace CredHelper.Cli;

/// <summary>
/// Suggests the words that can follow at the cursor. Completion scripts call this program with a directive and the
/// whole line: <c>[suggest:POSITION] LINE</c>.
/// </summary>
internal static class Completion
{
    private const string Prefix = "[suggest:",
        Suffix = "]";

    /// <summary>The cursor position in a directive, or null for any other argument.</summary>
    public static int? PositionIn(string argument) =>
        argument.StartsWith(Prefix, StringComparison.Ordinal)
        && argument.EndsWith(Suffix, StringComparison.Ordinal)
        && int.TryParse(
            argument.AsSpan(Prefix.Length..^Suffix.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int position
        )
            ? position
            : null;

    /// <param name="root">The command tree.</param>
    /// <param name="line">The command line, beginning with the program.</param>
    /// <param name="position">The position of the cursor.</param>
    public static IEnumerable<string> Suggest(RootCommand root, string line, int position)
    {
        int start = line.IndexOf(' ', StringComparison.Ordinal) + 1;
        if (start == 0)
            return [];
        string rest = line[start..Math.Clamp(position, start, line.Length)];
        string begun = rest[(rest.LastIndexOfAny([' ', '=']) + 1)..];
        // Options of the whole program are suggested only after a hyphen.
        string[] left =
            begun.Length > 0 ? [] : [.. root.Options.SelectMany(option => (string[])[option.Name, .. option.Aliases])];
        return root.Parse(rest)
            .GetCompletions(rest.Length)
            .Select(item => item.Label)
            .Where(word => word.StartsWith(begun, StringComparison.Ordinal) && !left.Contains(word))
            .Distinct();
    }
}
