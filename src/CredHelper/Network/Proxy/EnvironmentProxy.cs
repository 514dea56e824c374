using System.Net;
using CredHelper.Platform;

namespace CredHelper.Network.Proxy;

/// <summary>
/// Chooses the proxy for a request from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY (lower case first, as in curl,
/// the AWS CLI and .NET). .NET's own implementation supports no addresses, blocks or ports in NO_PROXY, reads the
/// process environment, and its errors quote passwords. Nothing is parsed before the first request.
/// </summary>
internal sealed class EnvironmentProxy(EnvironmentSnapshot environment) : IWebProxy, ICredentials
{
    private readonly Lazy<ProxyExceptions> _exceptions = new(() =>
        new ProxyExceptions(Read(environment, "no_proxy")?.Value)
    );
    private readonly Lazy<ProxyAddress?> _forHttps = new(() => Find(environment, "https_proxy"));
    private readonly Lazy<ProxyAddress?> _forHttp = new(() => Find(environment, "http_proxy"));

    /// <summary>False if no variable names a proxy.</summary>
    public bool IsConfigured { get; } =
        Read(environment, "https_proxy") is not null
        || Read(environment, "http_proxy") is not null
        || Read(environment, "all_proxy") is not null;

    /// <summary>
    /// .NET ignores exceptions of a proxy object and then connects directly, so this must be called first; it may
    /// throw.
    /// </summary>
    public ProxyAddress? For(Uri destination)
    {
        if (!IsConfigured || _exceptions.Value.Covers(destination))
            return null;
        return destination.Scheme == Uri.UriSchemeHttps ? _forHttps.Value : _forHttp.Value;
    }

    /// <summary>Tunnels are opened by <see cref="ProxyTunnel"/>: .NET's handler connects as without a proxy.</summary>
    Uri? IWebProxy.GetProxy(Uri destination) =>
        For(destination) is { } proxy && !proxy.Tunnels(destination) ? proxy.Address : null;

    bool IWebProxy.IsBypassed(Uri host) => ((IWebProxy)this).GetProxy(host) is null;

    ICredentials? IWebProxy.Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// For SOCKS only. HTTP proxies receive credentials with the first request. Returning them here would make .NET
    /// repeat requests and load the host's GSSAPI for Negotiate and NTLM, which a static executable cannot do.
    /// </summary>
    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType) =>
        new[] { _forHttps, _forHttp }
            .Where(proxy => authType.StartsWith("socks", StringComparison.OrdinalIgnoreCase) && IsAt(proxy.Value, uri))
            .Select(proxy => proxy.Value!.Credential)
            .FirstOrDefault();

    private static bool IsAt(ProxyAddress? proxy, Uri uri) =>
        proxy is { IsHttp: false } && proxy.Address.Host == uri.Host && proxy.Address.Port == uri.Port;

    private static ProxyAddress? Find(EnvironmentSnapshot environment, string name) =>
        (Read(environment, name) ?? Read(environment, "all_proxy")) is var (setting, value)
            ? ProxyAddress.Parse(setting, value)
            : null;

    private static (string Setting, string Value)? Read(EnvironmentSnapshot environment, string name)
    {
        // On Windows both are one variable, which people write in upper case.
        if (!OperatingSystem.IsWindows() && environment[name] is { } value)
            return (name, value);
        string upper = name.ToUpperInvariant();
        return environment[upper] is { } other ? (environment.OriginOf(upper), other) : null;
    }
}
