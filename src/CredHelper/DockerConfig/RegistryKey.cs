namespace CredHelper.DockerConfig;

/// <summary>Keys of <c>auths</c>, which may be URLs in old files.</summary>
internal static class RegistryKey
{
    private const string SchemeEnd = "://",
        UserCharacters = "-._:~!$&'()*+,;=%@",
        HostCharacters = "-_.~!$&'()*+,;=:[]<>\"";

    /// <summary>The host and port that docker reads from a key.</summary>
    public static string HostOf(string key)
    {
        int end = key.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (end < 0)
            return key.Split('/')[0];
        string rest = key[(end + SchemeEnd.Length)..];
        if (IsScheme(key[..end]) && !key.Any(IsControl) && OfUrl(rest.Split('/', '?', '#')[0]) is { Length: > 0 } host)
            return host;
        return OfBrokenUrl(rest.Split('/')[0]) is { Length: > 0 } fallback ? fallback : key.Split('/')[0];
    }

    /// <summary>
    /// The host that podman reads from a key; outside of .dockercfg, only URLs are reduced to their host.
    /// </summary>
    public static string PodmanHostOf(string key, bool isLegacy)
    {
        string rest = Without("https://", Without("http://", key));
        return PodmanHost(isLegacy || rest.Length < key.Length ? rest.Split('/')[0] : rest);
    }

    /// <summary>Maps the three names of Docker Hub to one.</summary>
    public static string PodmanHost(string host) =>
        host is "docker.io" or "registry-1.docker.io" ? "index.docker.io" : host;

    private static string Without(string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static bool IsControl(char c) => c is < ' ' or '\u007F';

    private static bool IsScheme(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.');

    /// <summary>
    /// The host of a URL's authority without the user, and without a colon that is not followed by a port; null if Go's
    /// net/url refuses it.
    /// </summary>
    private static string? OfUrl(string authority)
    {
        int at = authority.LastIndexOf('@');
        string host = authority[(at + 1)..];
        bool isValid =
            authority[..Math.Max(0, at)].All(c => char.IsAsciiLetterOrDigit(c) || UserCharacters.Contains(c))
            && host.All(c => !char.IsAscii(c) || char.IsAsciiLetterOrDigit(c) || HostCharacters.Contains(c));
        return isValid ? OfHostAndPort(host) : null;
    }

    private static string? OfHostAndPort(string text)
    {
        int bracket = text.LastIndexOf(']'),
            colon = text.LastIndexOf(':');
        bool hasBrackets = text.StartsWith('[');
        if (hasBrackets && bracket == text.Length - 1)
            return text[1..^1];
        if (colon <= bracket)
            return bracket < 0 ? text : null;
        if (!text[(colon + 1)..].All(char.IsAsciiDigit) || (!hasBrackets && text.Count(':') > 1))
            return null;
        string host = text[..colon];
        return colon == text.Length - 1 ? host.Trim('[', ']') : text;
    }

    /// <summary>Adds brackets to an IPv6 address without them.</summary>
    private static string OfBrokenUrl(string host)
    {
        int colon = host.LastIndexOf(':');
        bool isBareAddress = host.Count(':') > 1 && !host.StartsWith('[');
        bool hasPort = colon > 0 && colon < host.Length - 1 && host[(colon + 1)..].All(char.IsAsciiDigit);
        return isBareAddress && hasPort ? $"[{host[..colon]}]{host[colon..]}" : host;
    }
}
