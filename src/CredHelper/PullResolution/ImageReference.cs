namespace CredHelper.PullResolution;

/// <summary>
/// An image reference in the grammar that docker and podman share (distribution's reference package), without tag and
/// digest: <c>nginx</c> is <c>library/nginx</c> of <c>docker.io</c>.
/// </summary>
internal sealed record ImageReference(string Domain, string Path)
{
    /// <summary>The error of docker and podman for an invalid reference.</summary>
    public const string Invalid = "it is not a valid image reference";

    private const int LongestPath = 255,
        LongestTag = 128,
        LengthOfIdentifier = 64;

    public string Name => $"{Domain}/{Path}";

    /// <summary>Null if docker refuses it as an invalid reference.</summary>
    public static ImageReference? Parse(string text)
    {
        if (text.Length == LengthOfIdentifier && text.All(char.IsAsciiHexDigitLower))
            return null;
        (string domain, string remainder) = Split(text);
        string[] digest = remainder.Split('@', 2),
            tag = digest[0].Split(':', 2);
        bool hasValidEnd = (tag.Length == 1 || IsTag(tag[1])) && (digest.Length == 1 || IsDigest(digest[1]));
        bool isPath = tag[0].Length <= LongestPath && tag[0].Split('/').All(IsPart);
        return IsHost(domain) && isPath && hasValidEnd ? new ImageReference(domain, tag[0]) : null;
    }

    /// <summary>
    /// The host of a text that names a registry rather than an image (<c>r.example:5000</c>,
    /// <c>https://r.example/v2/</c>); null for an image.
    /// </summary>
    public static string? RegistryOf(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string[] parts = (scheme < 0 ? text : text[(scheme + 3)..]).Split('/');
        if (!IsHost(parts[0]) || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return null;
        bool isRegistry =
            scheme < 0
                ? parts is [_, ""] || (parts.Length == 1 && text.Split(':')[0].Contains('.', StringComparison.Ordinal))
                : text[..scheme].ToLowerInvariant() is "https" or "http";
        return isRegistry ? parts[0] : null;
    }

    /// <summary>Whether it is a valid argument.</summary>
    public static bool IsWellFormed(string text) => RegistryOf(text) is not null || Parse(text) is not null;

    /// <summary>
    /// The first part is a host if it looks like one. Images of docker.io without a path get <c>library/</c>.
    /// </summary>
    private static (string Domain, string Remainder) Split(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : text[..slash];
        bool isHost = first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsUpper);
        string domain = isHost ? first : ImagePath.DockerHub,
            remainder = isHost ? text[(slash + 1)..] : text;
        if (domain == ImagePath.DockerHubIndex)
            domain = ImagePath.DockerHub;
        bool isOfficial = domain == ImagePath.DockerHub && !remainder.Contains('/', StringComparison.Ordinal);
        return (domain, isOfficial ? "library/" + remainder : remainder);
    }

    /// <summary>A host name or an IPv6 address in brackets, optionally with a port.</summary>
    private static bool IsHost(string text)
    {
        int end = text.IndexOf(':', text.LastIndexOf(']') + 1);
        string host = end < 0 ? text : text[..end],
            port = end < 0 ? "0" : text[(end + 1)..];
        bool isAddress = host is ['[', _, .., ']'] && host[1..^1].All(c => char.IsAsciiHexDigit(c) || c == ':');
        return port.Length > 0 && port.All(char.IsAsciiDigit) && (isAddress || host.Split('.').All(IsLabel));
    }

    private static bool IsLabel(string text) =>
        text is [not '-', ..] and [.., not '-'] && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>Lower-case letters and digits, separated by a period, one or two underscores, or hyphens.</summary>
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

    private static bool IsDigest(string text)
    {
        string[] parts = text.Split(':', 2);
        int length = parts[0] switch
        {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => 0,
        };
        return length > 0 && parts is [_, { } hex] && hex.Length == length && hex.All(char.IsAsciiHexDigitLower);
    }
}
