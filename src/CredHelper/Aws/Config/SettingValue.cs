using System.Text;
using CredHelper.Errors;

namespace CredHelper.Aws.Config;

/// <summary>A value and its origin for messages: <c>AWS_REGION</c>, or the key, profile and file.</summary>
internal readonly record struct Setting(string Value, string Origin)
{
    // Values of AWS files may be secrets.
    public override string ToString() => Origin;
}

/// <summary>Prepares single values from files and variables for use or for messages.</summary>
internal static class SettingValue
{
    private const int LongestShown = 24;

    /// <summary>
    /// Returns a value that cannot contain white space (a region, a URL, an ARN, a number, true or false) without the
    /// trailing comment that people add: the AWS CLI keeps <c># comment</c> in the value and then fails. Null if
    /// nothing is left.
    /// </summary>
    public static string? Word(string? value)
    {
        if (value is null)
            return null;
        ReadOnlySpan<char> text = PythonText.Trim(value);
        int blank = 0;
        while (blank < text.Length && !PythonText.IsSpace(text[blank]))
            blank++;
        ReadOnlySpan<char> rest = PythonText.Trim(text[blank..]);
        if (rest is ['#' or ';', ..] && !rest.Contains('\n'))
            text = text[..blank];
        if (text is ['#' or ';', ..])
            return null;
        return text.IsEmpty ? null : text.ToString();
    }

    /// <summary>
    /// Quotes an invalid value for a message. For a long value only its length is printed: <c>aws configure</c> prompts
    /// for the secret key and the region one after the other, and a secret pasted at the wrong prompt must not appear
    /// in a job's log.
    /// </summary>
    public static string Shown(string value)
    {
        if (value.Length > LongestShown)
            return $"a value of {value.Length} characters";
        return $"'{Printable(value)}'";
    }

    /// <summary>Quotes a name as a shell argument of a command in a hint, if necessary.</summary>
    public static string Argument(string name) => ShellWord.Quote(name);

    /// <summary>
    /// Shortens the name of a profile or a path for a message: one line of at most 100 characters, without control
    /// characters.
    /// </summary>
    public static string Printable(string text)
    {
        const int Longest = 100;
        var printable = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (printable.Length >= Longest)
                return printable.Append('…').ToString();
            if (
                Rune.IsControl(rune)
                || Rune.GetUnicodeCategory(rune)
                    is System.Globalization.UnicodeCategory.Format
                        or System.Globalization.UnicodeCategory.LineSeparator
                        or System.Globalization.UnicodeCategory.ParagraphSeparator
            )
            {
                printable.Append('?');
            }
            else
            {
                printable.Append(rune.ToString());
            }
        }
        return printable.ToString();
    }
}
