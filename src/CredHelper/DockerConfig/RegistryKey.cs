namespace CredHelper.DockerConfig;

/// <summary>Keys of <c>auths</c>, which may be URLs in old files.</summary>
internal static class RegistryKey
{
    private const string SchemeEnd = "://";

    /// <summary>The host and port that docker takes a key for.</summary>
    public static string HostOf(string key)
    {
        int end = key.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (end < 0)
            return key.Split('/')[0];
        string rest = key[(end + SchemeEnd.Length)..];
        if (IsScheme(key[..end]) && OfAuthority(rest.Split('/', '?', '#')[0]) is { Length: > 0 } host)
            return host;
        return rest.Split('/')[0] is { Length: > 0 } fallback ? fallback : key.Split('/')[0];
    }

    /// <summary>The host that podman takes a key for; outside of .dockercfg only a URL is cut to its host.</summary>
    public static string PodmanHostOf(string key, bool isLegacy)
    {
        string rest = Without("https://", Without("http://", key));
        return PodmanHost(isLegacy || rest.Length < key.Length ? rest.Split('/')[0] : rest);
    }

    /// <summary>One name for the three of Docker Hub.</summary>
    public static string PodmanHost(string host) =>
        host is "docker.io" or "registry-1.docker.io" ? "index.docker.io" : host;

    private static string Without(string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static bool IsScheme(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.');

    /// <summary>Without the user, and without a colon that no port follows; null if it is not valid in a URL.</summary>
    private static string? OfAuthority(string authority)
    {
        string host = authority[(authority.LastIndexOf('@') + 1)..];
        int colon = host.LastIndexOf(':');
        if (host.Any(c => c <= ' ' || c is '%' or '\u007F'))
            return null;
        if (colon <= host.LastIndexOf(']'))
            return host is ['[', .. var address, ']'] ? address : host;
        if (!host[(colon + 1)..].All(char.IsAsciiDigit) || (host.Count(':') > 1 && host[0] != '['))
            return null;
        return colon == host.Length - 1 ? host[..colon].Trim('[', ']') : host;
    }
}
