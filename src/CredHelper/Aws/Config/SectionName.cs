using System.Text;

namespace CredHelper.Aws.Config;

/// <summary>
/// The name behind <c>profile</c>, <c>sso-session</c> or <c>services</c> in a header of ~/.aws/config. botocore splits
/// the
/// header as a shell would (Python's <c>shlex.split</c>), so names may be quoted and a backslash takes the next
/// character.
/// </summary>
internal static class SectionName
{
    /// <summary>
    /// The second of exactly two words; null where the header is of another kind or its quotes do not close.
    /// </summary>
    public static string? After(string kind, string header)
    {
        if (!header.StartsWith(kind, StringComparison.Ordinal))
            return null;
        return Words(header) is [_, string name] ? name : null;
    }

    private static List<string>? Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool open = false;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == quote)
                quote = '\0';
            else if (c == '\\' && quote != '\'')
            {
                if (++i == text.Length)
                    return null;
                // Between double quotes a backslash is only special before a quote or another backslash.
                if (quote == '"' && text[i] is not ('"' or '\\'))
                    word.Append('\\');
                word.Append(text[i]);
                open = true;
            }
            else if (quote != '\0')
                word.Append(c);
            else if (c is '"' or '\'')
            {
                quote = c;
                open = true;
            }
            else if (c is ' ' or '\t' or '\r' or '\n')
                Close();
            else
            {
                word.Append(c);
                open = true;
            }
        }
        if (quote != '\0')
            return null;
        Close();
        return words;

        void Close()
        {
            if (open)
                words.Add(word.ToString());
            word.Clear();
            open = false;
        }
    }
}
