using System.Buffers;
using System.Text;
using Microsoft.Extensions.Configuration.Ini;

namespace CredHelper.Aws.Config;

/// <summary>
/// Parses the plain lines of a section by Microsoft.Extensions.Configuration.Ini. The package throws for the whole
/// input where botocore reads on (a key that is there twice, a line without <c>=</c>), takes <c>/</c> for a comment,
/// strips double quotes from a value and does not know values of several lines. Lines that it would read differently
/// are not given to it; see decision 11 of docs/dev/decisions.md.
/// </summary>
internal static class IniValues
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_-."
    );

    /// <summary>True if the package and botocore read the same key and value from the line.</summary>
    /// <param name="line">One line without its end: key, delimiter, value.</param>
    /// <param name="delimiter">Index of the delimiter.</param>
    public static bool IsPlain(ReadOnlySpan<char> line, int delimiter) =>
        line[delimiter] == '='
        && IsKey(line[..delimiter].TrimEnd(' '))
        && !line.ContainsAnyExceptInRange(' ', '~')
        && !IsQuoted(line[(delimiter + 1)..].Trim(' '));

    /// <param name="lines">Plain lines, each key once.</param>
    public static IDictionary<string, string?> Read(IEnumerable<string> lines)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return IniStreamConfigurationProvider.Read(stream);
    }

    private static bool IsKey(ReadOnlySpan<char> key) => !key.IsEmpty && !key.ContainsAnyExcept(KeyCharacters);

    private static bool IsQuoted(ReadOnlySpan<char> value) => value is ['"', .., '"'];
}
