using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// Access key ids, secrets and session tokens as people paste them. An invalid value is refused before a request is
/// signed with it, because AWS's error names neither the variable nor the line. The value is never printed.
/// </summary>
internal static class KeyText
{
    /// <summary>Returns the value without surrounding white space; null if nothing is left.</summary>
    /// <exception cref="HelperException">
    /// It has a character that is not valid in a key; the message contains its origin.
    /// </exception>
    public static string? Of(Setting setting)
    {
        ReadOnlySpan<char> text = PythonText.Trim(setting.Value);
        if (text.IsEmpty)
            return null;
        return FaultOf(text) is var (fault, hint)
            ? throw new HelperException(FailureKind.Configuration, $"{setting.Origin} {fault}", hint)
            : text.ToString();
    }

    /// <summary>Returns the value of a file, without surrounding quotes.</summary>
    public static string? OfFile(Setting setting)
    {
        ReadOnlySpan<char> text = PythonText.Trim(setting.Value);
        bool isQuoted = text.Length > 1 && text[0] == text[^1] && text[0] is ('"' or '\'');
        return Of(isQuoted ? setting with { Value = text[1..^1].ToString() } : setting);
    }

    private static (string Fault, string Hint)? FaultOf(ReadOnlySpan<char> text)
    {
        if (text[0] is '"' or '\'' || text[^1] is '"' or '\'')
            return ("has a quote at its beginning or end", "remove the quotes");
        foreach (char c in text)
        {
            if (PythonText.IsSpace(c))
                return ("contains white space", "remove the text after the value, such as a comment");
            if (c is < '!' or > '~')
                return ("contains an invisible or non-ASCII character", "copy the value again as plain text");
            if (c is '"' or '\'')
                return ("contains a quote", "remove the quotes");
        }
        if (text.StartsWith("aws_", StringComparison.OrdinalIgnoreCase) && text.Contains('='))
            return ("begins with the name of a setting", "remove the name and the = after it");
        return null;
    }
}
