using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CredHelper.Scenarios.Runner;

/// <summary>The syntax within a line: variables, quotes and escapes.</summary>
internal static partial class Words
{
    /// <summary>
    /// Replaces <c>$NAME</c> and <c>${NAME}</c> with their values. Only upper-case names are replaced, and unknown ones
    /// stay unchanged, so that regular expressions and shell scripts keep their dollar signs.
    /// </summary>
    public static string Expand(string text, Func<string, string?> lookUp) =>
        Variable().Replace(text, match => lookUp(match.Groups["name"].Value) ?? match.Value);

    /// <summary>
    /// Splits at blanks. Single quotes preserve everything, double quotes preserve blanks and expand variables.
    /// </summary>
    public static IReadOnlyList<string> Split(string text, Func<string, string?> lookUp)
    {
        var words = new List<string>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && text[at] is ' ' or '\t')
                at++;
            if (at == text.Length)
                return words;
            words.Add(NextWord(text, ref at, lookUp));
        }
    }

    /// <summary>
    /// The bytes of a text with <c>\n \r \t \0 \\ \xHH</c>: anything that a client may write to a pipe.
    /// </summary>
    public static byte[] Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                int length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(at, length)));
                at += length - 1;
                continue;
            }

            at++;
            if (text[at] == 'x')
            {
                bytes.Add(
                    byte.Parse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                );
                at += 2;
                continue;
            }

            const string names = "nrt0\\";
            int index = names.IndexOf(text[at], StringComparison.Ordinal);
            // Other escapes belong to JSON: \" and \u00e9 stay unchanged.
            bytes.AddRange(index < 0 ? [(byte)'\\', (byte)text[at]] : [(byte)"\n\r\t\0\\"[index]]);
        }

        return [.. bytes];
    }

    private static string NextWord(string text, ref int at, Func<string, string?> lookUp)
    {
        var word = new StringBuilder();
        while (at < text.Length && text[at] is not (' ' or '\t'))
        {
            char quote = text[at];
            int end;
            if (quote is '\'' or '"')
            {
                end = text.IndexOf(quote, at + 1);
                if (end < 0)
                    throw new FormatException($"no closing {quote}");
                string inside = text[(at + 1)..end];
                word.Append(quote == '"' ? Expand(inside, lookUp) : inside);
                at = end + 1;
                continue;
            }

            end = text.AsSpan(at).IndexOfAny(" \t'\"");
            end = end < 0 ? text.Length : at + end;
            word.Append(Expand(text[at..end], lookUp));
            at = end;
        }

        return word.ToString();
    }

    [GeneratedRegex(@"\$(\{(?<name>[A-Z][A-Za-z0-9_]*)\}|(?<name>[A-Z][A-Za-z0-9_]*))", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
