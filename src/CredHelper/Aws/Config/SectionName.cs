using System.Text;

namespace CredHelper.Aws.Config;

/// <summary>
/// Parses the name after <c>profile</c>, <c>sso-session</c> or <c>services</c> in a header of ~/.aws/config. botocore
/// splits the header like a shell (Python's <c>shlex.split</c>), so names may be quoted and a backslash escapes the
/// next character.
/// </summary>
internal static class SectionName
{
    /// <summary>
    /// Returns the second of exactly two words; null if the header is of another kind or has unbalanced quotes.
    /// </summary>
    public static string? After(string kind, string header)
    {
        if (!header.StartsWith(kind, StringComparison.Ordinal))
            return null;
        return Words(header) is [_, string name] ? name : null;
    }

    /// <summary>Works like Python's shlex.split; null for an unclosed quote or a backslash at the end.</summary>
    private static List<string>? Words(string text)
    {
        var words = new List<string>();
        int at = 0;
        while (at < text.Length)
        {
            if (IsBlank(text[at]))
                at++;
            else if (TakeWord(text, ref at) is { } word)
                words.Add(word);
            else
                return null;
        }
        return words;
    }

    private static string? TakeWord(string text, ref int at)
    {
        var word = new StringBuilder();
        while (at < text.Length && !IsBlank(text[at]))
        {
            char c = text[at++];
            bool isWhole = true;
            if (c is '"' or '\'')
                isWhole = TakeQuoted(text, ref at, c, word);
            else if (c == '\\')
                isWhole = TakeEscaped(text, ref at, '\0', word);
            else
                word.Append(c);
            if (!isWhole)
                return null;
        }
        return word.ToString();
    }

    private static bool TakeQuoted(string text, ref int at, char quote, StringBuilder word)
    {
        while (at < text.Length)
        {
            char c = text[at++];
            if (c == quote)
                return true;
            if (c != '\\' || quote == '\'')
                word.Append(c);
            else if (!TakeEscaped(text, ref at, quote, word))
                return false;
        }
        return false;
    }

    /// <summary>Between double quotes, a backslash is only special before a quote or another backslash.</summary>
    private static bool TakeEscaped(string text, ref int at, char quote, StringBuilder word)
    {
        if (at == text.Length)
            return false;
        if (quote == '"' && text[at] is not ('"' or '\\'))
            word.Append('\\');
        word.Append(text[at++]);
        return true;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n';
}
