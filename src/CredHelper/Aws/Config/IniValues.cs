using System.Buffers;
using System.Text;
using Microsoft.Extensions.Configuration.Ini;

namespace CredHelper.Aws.Config;

/// <summary>
/// Parses the plain lines of a section with Microsoft.Extensions.Configuration.Ini. The package throws on input that
/// botocore accepts (a repeated key, a line without <c>=</c>), treats <c>/</c> as a comment, removes double quotes from
/// values and does not support multi-line values. Lines that it would read differently are not passed to it; see
/// decision 11 in docs/dev/decisions.md.
/// </summary>
internal static class IniValues
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_-."
    );

    /// <summary>Whether the package and botocore read the same key and value from a line.</summary>
    /// <param name="line">One line without its line end: key, delimiter, value.</param>
    /// <param name="delimiter">The index of the delimiter.</param>
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
