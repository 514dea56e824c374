using System.Buffers;
using System.Globalization;
using System.Text;

namespace CredHelper.Errors;

/// <summary>
/// Makes text safe to print that may contain input of others (names in files and variables, output of programs and
/// servers): it removes characters that control a terminal or are invisible in a log, removes <c>user:password@</c>
/// from URLs, and limits the length of a line.
/// </summary>
internal static class ForeignText
{
    public const int MaximumLength = 200;

    /// <summary>
    /// The longest line that is printed whole. The program's own texts are shorter, but a name in one may have any
    /// length.
    /// </summary>
    public const int LongestLine = 8192;

    private const string Redacted = "***",
        Ellipsis = "…";

    /// <summary>Used in this program's own hints.</summary>
    private const string Placeholder = "USER:PASSWORD";

    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\"'<>()");

    /// <summary>Returns another program's text for use in a line: its first line, at most 200 characters.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";
        return Shorten(Words(FirstLine(text), MaximumLength).Trim());
    }

    /// <summary>
    /// Cleans a line before it is printed, whatever names it contains. Every output passes through this method or <see
    /// cref="Lines"/>. Line ends and tabs become spaces, so that a name cannot add a line. A line that is too long
    /// loses its middle, because its hint is at the end.
    /// </summary>
    public static string Line(string text)
    {
        if (text.Length <= LongestLine && IsPlain(text))
            return text;
        string line = Words(text, int.MaxValue);
        if (line.Length <= LongestLine)
            return line;
        int start = LongestLine / 2 - (char.IsHighSurrogate(line[LongestLine / 2 - 1]) ? 1 : 0),
            end = line.Length - LongestLine / 2 + (char.IsLowSurrogate(line[^(LongestLine / 2)]) ? 1 : 0);
        return string.Concat(line.AsSpan(0, start), Ellipsis, line.AsSpan(end));
    }

    /// <summary>Cleans several lines and keeps their line ends and tabs.</summary>
    public static string Lines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join('\t', line.Split('\t').Select(Line))));

    /// <summary>Most lines need no change and are returned as they are.</summary>
    private static bool IsPlain(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('@');

    private static string Words(ReadOnlySpan<char> line, int enough)
    {
        var words = new StringBuilder(Math.Min(line.Length, MaximumLength));
        foreach (Range word in line.SplitAny(Separators))
        {
            // Redact before shortening: the cut could remove the '@' and leave the password.
            words.Append(Redact(Printable(line[word])));
            if (word.End.Value < line.Length)
                words.Append(line[word.End.Value] == '\t' ? ' ' : line[word.End.Value]);
            if (words.Length > enough)
                break;
        }
        return words.ToString();
    }

    private static ReadOnlySpan<char> FirstLine(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart();
        int end = rest.IndexOfAny("\r\n\u0085\u2028\u2029");
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>
    /// Removes control characters, direction marks and invisible characters. Line ends become spaces, and unpaired
    /// surrogates become U+FFFD.
    /// </summary>
    private static string Printable(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or 0x85 or 0x2028 or 0x2029)
                kept.Append(' ');
            else if (IsShown(rune))
                kept.Append(rune.ToString());
        }
        return kept.ToString();
    }

    /// <summary>Whether a text contains nothing to remove or replace.</summary>
    public static bool IsPrintable(string text) => text == Printable(text);

    private static bool IsShown(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)
        && !IsInvisible(rune.Value);

    /// <summary>Letters and marks without a visible shape (Unicode's Default_Ignorable_Code_Point).</summary>
    private static bool IsInvisible(int rune) =>
        rune
            is 0x034F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or 0x3164
                or (>= 0xFE00 and <= 0xFE0F)
                or 0xFFA0
                or (>= 0xE0000 and <= 0xE0FFF);

    /// <remarks>
    /// A digest (<c>host/app@sha256:…</c>) and a session's ARN (<c>…assumed-role/Role/me@example.com</c>) also contain
    /// an '@', so without a scheme only <c>user:password@</c> without a slash is treated as a secret. A password may
    /// itself contain an '@' and a slash, so everything up to the last '@' is removed.
    /// </remarks>
    private static string Redact(string word)
    {
        ReadOnlySpan<char> name = WithoutDigest(word);
        int first = name.IndexOf('@');
        int scheme = name[..Math.Max(first, 0)].IndexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        if (first <= start)
            return word;

        int last = name.LastIndexOf('@');
        ReadOnlySpan<char> user = name[start..first];
        bool secret =
            scheme < 0
                ? user.Contains(':') && !user.Contains('/') && !user.StartsWith("arn:")
                : !user.Contains('/') || MayHoldPassword(name[start..last]);
        return secret && user is not Placeholder
            ? string.Concat(word.AsSpan(0, start), Redacted, word.AsSpan(last))
            : word;
    }

    /// <summary>Returns the image reference without its digest.</summary>
    private static ReadOnlySpan<char> WithoutDigest(string word)
    {
        int at = word.LastIndexOf("@sha", StringComparison.Ordinal);
        return at >= 0 && word.AsSpan(at + 1) is ['s', 'h', 'a', _, _, _, ':', ..] ? word.AsSpan(0, at) : word;
    }

    /// <summary>
    /// Whether a password with a slash may precede the '@' of a path. After <c>host:port/</c> there is none.
    /// </summary>
    private static bool MayHoldPassword(ReadOnlySpan<char> beforeAt)
    {
        int colon = beforeAt.IndexOf(':');
        if (colon < 0)
            return false;
        int slash = beforeAt.IndexOf('/');
        bool isPort = slash > colon + 1 && !beforeAt[(colon + 1)..slash].ContainsAnyExceptInRange('0', '9');
        return !isPort && colon < slash;
    }

    private static string Shorten(string line)
    {
        if (line.Length <= MaximumLength)
            return line;
        int end = MaximumLength - 1;
        if (char.IsHighSurrogate(line[end - 1]))
            end--;
        return string.Concat(line.AsSpan(0, end), Ellipsis);
    }
}
