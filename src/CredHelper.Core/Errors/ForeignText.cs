using System.Globalization;
using System.Text;

namespace CredHelper.Errors;

/// <summary>
/// What another program or server said, made fit for a line of ours: its first line, at most 200 characters, without
/// control and direction characters (a terminal obeys them) and without <c>user:password@</c> of a URL.
/// </summary>
internal static class ForeignText
{
    public const int MaximumLength = 200;

    private const string Redacted = "***";

    public static string Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "";

        var words = new StringBuilder(Math.Min(text.Length, MaximumLength));
        foreach (Range word in FirstLine(text).SplitAny(' ', '\t', '"', '\'', '<', '>', '(', ')'))
        {
            // Redacted before it is shortened, or the cut could take the '@' away and leave the password.
            words.Append(Redact(Printable(FirstLine(text)[word])));
            if (word.End.Value < FirstLine(text).Length)
            {
                words.Append(
                    Printable(FirstLine(text).Slice(word.End.Value, 1)) is { Length: > 0 } separator ? separator : " "
                );
            }

            if (words.Length > MaximumLength)
                break;
        }

        return Shorten(words.ToString().Trim());
    }

    private static ReadOnlySpan<char> FirstLine(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart();
        int end = rest.IndexOfAny("\r\n\u0085\u2028\u2029");
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>
    /// The text without control and direction characters: whole, for texts of ours that hold names of others.
    /// </summary>
    public static string Printable(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (
                Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                )
            )
            {
                kept.Append(rune.ToString());
            }
        }

        return kept.ToString();
    }

    /// <remarks>
    /// A digest (<c>host/app@sha256:…</c>) and a session's ARN (<c>…assumed-role/Role/me@example.com</c>) hold an '@'
    /// too: without a scheme only <c>user:password@</c> with no slash is taken for a secret. A password may hold an '@'
    /// and a slash of its own, so everything up to the last '@' goes.
    /// </remarks>
    private static string Redact(string word)
    {
        int first = word.IndexOf('@');
        int scheme = word.AsSpan(0, Math.Max(first, 0)).IndexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        if (first <= start)
            return word;

        int last = word.LastIndexOf('@');
        ReadOnlySpan<char> user = word.AsSpan(start..first);
        bool secret =
            scheme < 0
                ? user.Contains(':') && !user.Contains('/') && !user.StartsWith("arn:")
                : !user.Contains('/') || word.AsSpan(start..last).Contains(':');
        return secret ? string.Concat(word.AsSpan(0, start), Redacted, word.AsSpan(last)) : word;
    }

    private static string Shorten(string line)
    {
        if (line.Length <= MaximumLength)
            return line;
        int end = MaximumLength - 1;
        if (char.IsHighSurrogate(line[end - 1]))
            end--;
        return string.Concat(line.AsSpan(0, end), "…");
    }
}
