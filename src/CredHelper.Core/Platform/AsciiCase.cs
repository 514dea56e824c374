namespace CredHelper.Platform;

/// <summary>
/// Compares text without regard to the case of A to Z, and of no other letter, as host names and URL schemes require
/// (RFC 4343, RFC 3986). By Unicode's rules the Kelvin sign equals a k and the long s an s, so a name owned by someone
/// else would match another host.
/// </summary>
internal static class AsciiCase
{
    public static string ToLower(string text) =>
        string.Create(
            text.Length,
            text,
            static (lower, from) =>
            {
                for (int i = 0; i < lower.Length; i++)
                    lower[i] = ToLower(from[i]);
            }
        );

    public static char ToLower(char character) =>
        char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character;

    public static bool AreEqual(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        one.Length == other.Length && StartsWith(one, other);

    public static bool StartsWith(ReadOnlySpan<char> text, ReadOnlySpan<char> prefix)
    {
        if (text.Length < prefix.Length)
            return false;
        for (int i = 0; i < prefix.Length; i++)
        {
            if (ToLower(text[i]) != ToLower(prefix[i]))
                return false;
        }
        return true;
    }

    public static bool EndsWith(ReadOnlySpan<char> text, ReadOnlySpan<char> suffix) =>
        text.Length >= suffix.Length && AreEqual(text[^suffix.Length..], suffix);
}
