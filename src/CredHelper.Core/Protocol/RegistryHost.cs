using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CredHelper.Platform;

namespace CredHelper.Protocol;

/// <summary>
/// Host and port of a registry, normalized for comparison: lower case, without port 443, and one name for Docker Hub.
/// Two server URLs name the same registry only if their hosts are equal.
/// </summary>
internal sealed record RegistryHost
{
    private const string DockerHubName = "docker.io";
    private const string DockerHubKey = "https://index.docker.io/v1/";
    private const string DefaultPort = "443";
    private const int LongestHost = 253;

    /// <summary>The hosts of Docker Hub; docker itself uses the first.</summary>
    private static readonly string[] DockerHubHosts = ["index.docker.io", "registry-1.docker.io", DockerHubName];

    /// <summary>
    /// The keys under which docker stores the tokens of its web login, beside the credentials of Docker Hub.
    /// </summary>
    private static readonly string[] DockerHubTokens = ["v1/access-token", "v1/refresh-token"];

    private RegistryHost(string name) => Name = name;

    /// <summary>For example <c>registry.example.com:5000</c>.</summary>
    public string Name { get; }

    /// <summary>All hosts of the registry, as clients name them.</summary>
    public IReadOnlyList<string> Spellings => IsDockerHub ? DockerHubHosts : [Name];

    /// <summary>The key under which docker stores the credentials of this registry.</summary>
    public string DockerKey => IsDockerHub ? DockerHubKey : Name;

    private bool IsDockerHub => Name == DockerHubName;

    /// <summary>
    /// Reads a server URL: a host, optionally with <c>https://</c>, a port and a path. Returns false for plain http,
    /// user names, invalid ports and characters that are not valid in a host name.
    /// </summary>
    public static bool TryParse(string serverUrl, [NotNullWhen(true)] out RegistryHost? host)
    {
        host = null;
        if (serverUrl.Any(char.IsControl) || ServerUrl.IsPlainHttp(serverUrl))
            return false;
        string authority = ServerUrl.WithoutScheme(serverUrl).Split('/', '?')[0];
        string port = "";
        int colon = authority.LastIndexOf(':');
        if (colon > authority.LastIndexOf(']'))
        {
            port = authority[(colon + 1)..];
            authority = authority[..colon];
            if (!IsPort(port))
                return false;
        }
        if (!IsHostName(authority) && !IsBracketedAddress(authority))
            return false;
        string name = AsciiCase.ToLower(authority);
        bool hasPort = port is not ("" or DefaultPort);
        if (!hasPort && DockerHubHosts.Contains(name))
            name = DockerHubName;
        host = new RegistryHost(hasPort ? $"{name}:{port}" : name);
        return true;
    }

    /// <summary>Whether a server URL is the key of a token of docker's web login.</summary>
    public static bool IsDockerHubToken(string serverUrl) =>
        TryParse(serverUrl, out RegistryHost? host)
        && host.IsDockerHub
        && Array.Exists(DockerHubTokens, path => AsciiCase.AreEqual(path, PathOf(serverUrl)));

    private static string PathOf(string serverUrl)
    {
        string rest = ServerUrl.WithoutScheme(serverUrl);
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : rest[slash..].Split('?')[0].Trim('/');
    }

    private static bool IsHostName(string text) =>
        text.Length is > 0 and <= LongestHost
        && text.Split('.').All(label => label.Length > 0 && label[0] != '-' && label[^1] != '-')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');

    private static bool IsBracketedAddress(string text) =>
        text is ['[', _, .., ']'] && text[1..^1].All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');

    private static bool IsPort(string text) =>
        text.Length is > 0 and <= 5
        && text[0] != '0'
        && text.All(char.IsAsciiDigit)
        && int.Parse(text, CultureInfo.InvariantCulture) <= ushort.MaxValue;

    public override string ToString() => Name;
}
