using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CredHelper.Errors;

namespace CredHelper.Network.Proxy;

/// <summary>
/// One proxy, read from a variable or the registry configuration: <c>[scheme://][user:password@]host[:port]</c>, scheme
/// http (default), https, socks5(h) or socks4(a). The address does not contain the credentials, so that no message of
/// the network stack can quote them.
/// </summary>
internal sealed class ProxyAddress
{
    private ProxyAddress(string setting, Uri address, NetworkCredential? credential)
    {
        Setting = setting;
        Address = address;
        Credential = credential;
    }

    /// <summary>The variable, or the key and file, that sets it; for messages.</summary>
    public string Setting { get; }

    public Uri Address { get; }

    /// <summary>Percent-decoded. A user without a password has an empty one.</summary>
    public NetworkCredential? Credential { get; }

    /// <summary>False for SOCKS, which .NET's handler supports itself.</summary>
    public bool IsHttp => Address.Scheme == Uri.UriSchemeHttp || IsHttps;

    /// <summary>True if the connection to the proxy itself uses TLS.</summary>
    public bool IsHttps => Address.Scheme == Uri.UriSchemeHttps;

    /// <summary>
    /// The header of the first request to the proxy, as in curl and Go: Basic (RFC 7617) in UTF-8. Null if the URL has
    /// no user name.
    /// </summary>
    public AuthenticationHeaderValue? Authorization =>
        Credential is null
            ? null
            : new(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Credential.UserName}:{Credential.Password}"))
            );

    /// <summary>Whether an HTTP proxy tunnels the request with CONNECT instead of forwarding it.</summary>
    public bool Tunnels(Uri destination) => IsHttp && destination.Scheme == Uri.UriSchemeHttps;

    /// <summary>Host and port only.</summary>
    public override string ToString() => $"{Address.Host}:{Address.Port} ({Setting})";

    public static ProxyAddress Parse(string setting, string value)
    {
        ReadOnlySpan<char> rest = value.AsSpan().Trim();
        string scheme = "http";
        int separator = rest.IndexOf("://");
        if (separator >= 0)
        {
            scheme = rest[..separator].ToString().ToLowerInvariant();
            rest = rest[(separator + 3)..];
        }

        // A password may contain an unescaped '@', so the last one counts.
        int at = rest.LastIndexOf('@');
        NetworkCredential? credential = at < 0 ? null : ReadCredential(rest[..at]);
        rest = rest[(at + 1)..];
        int path = rest.IndexOfAny("/?#");
        if (path >= 0)
            rest = rest[..path];

        (string? known, int port) = scheme switch
        {
            "http" or "https" => (scheme, -1),
            "socks5" or "socks5h" => ("socks5", 1080),
            "socks4" or "socks4a" => (scheme, 1080),
            _ => (null, 0),
        };
        if (
            known is null
            || rest.IsEmpty
            || !Uri.TryCreate($"{known}://{rest}/", UriKind.Absolute, out Uri? address)
            || address.Host.Length == 0
            || address.UserInfo.Length > 0
        )
        {
            throw Unusable(setting);
        }

        if (address.Port < 0)
            address = new UriBuilder(address) { Port = port }.Uri;
        return address.Port is > 0 and <= 65535
            ? new ProxyAddress(setting, address, credential)
            : throw Unusable(setting);
    }

    private static NetworkCredential ReadCredential(ReadOnlySpan<char> userInfo)
    {
        int colon = userInfo.IndexOf(':');
        string user = Uri.UnescapeDataString(colon < 0 ? userInfo : userInfo[..colon]);
        string password = colon < 0 ? "" : Uri.UnescapeDataString(userInfo[(colon + 1)..]);
        return new NetworkCredential(user, password);
    }

    /// <summary>The message does not quote the value, which may contain a password.</summary>
    private static HelperException Unusable(string setting) =>
        new(
            FailureKind.Proxy,
            $"the proxy in {setting} cannot be used",
            $"set {setting} to http://[user:password@]host:port, special characters of the password as %XX"
        );
}
