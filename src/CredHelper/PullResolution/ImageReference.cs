namespace CredHelper.PullResolution;

/// <summary>
/// Whether what a person types can be an image (distribution's reference grammar) or a registry by its host or URL.
/// </summary>
internal static class ImageReference
{
    private const int LongestName = 255,
        LongestTag = 128,
        LongestPort = 5;

    public static bool IsWellFormed(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            return text[..scheme].ToLowerInvariant() is "https" or "http"
                && IsHost(text[(scheme + 3)..].Split('/')[0])
                && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
        }

        int at = text.IndexOf('@', StringComparison.Ordinal);
        return (at < 0 || IsDigest(text[(at + 1)..])) && IsNamed(at < 0 ? text : text[..at], isAlone: at < 0);
    }

    /// <param name="isAlone">Whether it may be a host without an image.</param>
    private static bool IsNamed(string text, bool isAlone)
    {
        string[] parts = text.Split('/');
        if (isAlone && parts is [_] or [_, ""] && IsHost(parts[0]))
            return true;
        string[] last = parts[^1].Split(':');
        if (text.Length > LongestName + LongestTag || last.Length > 2 || (last.Length == 2 && !IsTag(last[1])))
            return false;
        parts[^1] = last[0];
        return parts.Skip(parts.Length > 1 && IsHost(parts[0]) ? 1 : 0).All(IsPart);
    }

    private static bool IsHost(string text)
    {
        bool isNumber = text.StartsWith('[');
        int end = isNumber
                ? text.IndexOf(']', StringComparison.Ordinal) + 1
                : text.IndexOf(':', StringComparison.Ordinal),
            length = end < 0 ? text.Length : end;
        string name = text[..length];
        return IsPort(text[length..]) && (isNumber ? System.Net.IPAddress.TryParse(name, out _) : IsDomain(name));
    }

    /// <summary>Nothing, or a colon with a number.</summary>
    private static bool IsPort(string text) =>
        text.Length == 0
        || (text[0] == ':' && text.Length is > 1 and <= LongestPort + 1 && text.Skip(1).All(char.IsAsciiDigit));

    private static bool IsDomain(string text) =>
        text.Length is > 0 and <= LongestName && text.Split('.').All(IsDomainLabel);

    private static bool IsDomainLabel(string text) =>
        text is [not '-', ..] and [.., not '-'] && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>Small letters and digits, between them a full stop, one or two low lines, or hyphens.</summary>
    private static bool IsPart(string text)
    {
        if (text.Length == 0 || !IsPlain(text[0]) || !IsPlain(text[^1]))
            return false;
        for (int i = 1; i < text.Length; i++)
        {
            if (IsPlain(text[i]))
                continue;
            int start = i;
            while (text[i + 1] == text[start])
                i++;
            int most = text[start] switch
            {
                '-' => int.MaxValue,
                '_' => 2,
                '.' => 1,
                _ => 0,
            };
            if (i + 1 - start > most || !IsPlain(text[i + 1]))
                return false;
        }
        return true;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static bool IsTag(string text) =>
        text.Length is > 0 and <= LongestTag
        && text[0] is not ('.' or '-')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static bool IsDigest(string text) =>
        text.Split(':') is [{ Length: > 0 } algorithm, { Length: > 0 } value]
        && algorithm.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-' or '_')
        && value.All(char.IsAsciiHexDigit);
}
