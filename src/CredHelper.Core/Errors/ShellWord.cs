using System.Text;

namespace CredHelper.Errors;

/// <summary>Quotes words of commands in hints.</summary>
internal static class ShellWord
{
    /// <summary>The longest possible path (PATH_MAX), and the longest line that a terminal accepts.</summary>
    private const int LongestWord = 4096;

    /// <summary>
    /// Returns a word as a POSIX shell reads it, quoted if necessary. Unprintable characters are written as octal bytes
    /// in <c>$'…'</c> (POSIX.1-2024), so that the command still refers to the same name.
    /// </summary>
    public static string Quote(string word)
    {
        if (word.Length > LongestWord)
            word = $"{word[..LongestWord]}…";
        if (OperatingSystem.IsWindows())
            return QuoteForWindows(word);
        if (word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@%+,".Contains(c)))
            return word;
        return ForeignText.IsPrintable(word)
            ? $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"
            : Escaped(word);
    }

    /// <summary>Double quotes are what both cmd.exe and PowerShell understand.</summary>
    private static string QuoteForWindows(string word)
    {
        if (word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || @"-_./\:=@+,~".Contains(c)))
            return word;
        return $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Escaped(string word)
    {
        var escaped = new StringBuilder("$'");
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (rune.Value is '\'' or '\\')
                escaped.Append('\\').Append(rune.ToString());
            else if (ForeignText.IsPrintable(rune.ToString()))
                escaped.Append(rune.ToString());
            else
                AppendOctal(escaped, rune);
        }
        return escaped.Append('\'').ToString();
    }

    private static void AppendOctal(StringBuilder text, Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        int count = rune.EncodeToUtf8(bytes);
        foreach (byte one in bytes[..count])
        {
            int digits = one;
            text.Append('\\').Append(Digit(digits >> 6)).Append(Digit(digits >> 3)).Append(Digit(digits));
        }
    }

    private static char Digit(int digits) => (char)('0' + (digits & 7));
}
