using System.Buffers;
using System.Text;
using Microsoft.Extensions.Configuration.Ini;

namespace CredHelper.Aws.Config;

/// <summary>
/// Gives one section's plain lines to Microsoft.Extensions.Configuration.Ini. That package throws for a whole file
/// where
/// botocore reads on (duplicate keys, a line without <c>=</c>, keys that differ in case), takes <c>/</c> for a comment
/// and
/// strips a pair of double quotes from a value. So it sees only keys that mean the same to both, each once, and every
/// value
/// inside a pair of quotes of ours: the pair it strips is that one, and a secret with quotes, <c>#</c>, <c>;</c> or
/// blanks
/// survives as it stands in the file.
/// </summary>
internal static class IniValues
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_-."
    );

    /// <param name="options">Lower-case keys and values of one line; what a line of the package cannot hold is passed
    /// by.</param>
    public static IDictionary<string, string?> Read(IEnumerable<KeyValuePair<string, string>> options)
    {
        var lines = new StringBuilder();
        foreach ((string key, string value) in options)
        {
            if (CanHold(key, value))
                lines.Append(key).Append("=\"").Append(value).Append("\"\n");
        }
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()));
        return IniStreamConfigurationProvider.Read(stream);
    }

    private static bool CanHold(string key, string value) =>
        key.Length > 0 && !key.AsSpan().ContainsAnyExcept(KeyCharacters) && !value.AsSpan().ContainsAny('\r', '\n');
}
