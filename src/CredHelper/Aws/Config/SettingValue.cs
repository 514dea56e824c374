using System.Text;
using CredHelper.Errors;

namespace CredHelper.Aws.Config;

/// <summary>
/// A value and where it stands, in words for a message: <c>AWS_REGION</c>, or the key, profile and file.
/// </summary>
internal readonly record struct Setting(string Value, string Origin)
{
    // Values of AWS files may be secrets.
    public override string ToString() => Origin;
}

/// <summary>What is done to single values on their way from a file or variable to a decision or a message.</summary>
internal static class SettingValue
{
    private const int LongestShown = 24;

    /// <summary>
    /// A value that never holds white space (a region, a URL, an ARN, a number, true or false) without the comment that
    /// people write behind it: the AWS CLI keeps <c># comment</c> in the value and then stumbles over it. Null for
    /// nothing.
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
    /// A refused value for a message, in quotes. A long one only by its length: <c>aws configure</c> asks for the
    /// secret key and the region one after the other, and what was pasted at the wrong prompt must not reach a job's
    /// log.
    /// </summary>
    public static string Shown(string value)
    {
        if (value.Length > LongestShown)
            return $"a value of {value.Length} characters";
        return $"'{Printable(value)}'";
    }

    /// <summary>A name as an argument of a command in a hint, quoted for a shell where it needs to be.</summary>
    public static string Argument(string name) => ShellWord.Quote(name);

    /// <summary>
    /// A profile's name or a path for a message: one line of at most 100 characters, without control characters.
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
