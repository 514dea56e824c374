using System.Net;
using Amazon.Runtime;
using CredHelper.Network.Proxy;
using CredHelper.Network.Tls;
using CredHelper.Platform;

namespace CredHelper.Network.Http;

/// <summary>
/// The HTTP clients of every AWS call: one pool of connections for the process, trust by <see cref="ServerTrust"/>,
/// connections by <see cref="ConnectionFactory"/>, no redirects, cookies or decompression. Construction reads no file
/// and opens nothing.
/// </summary>
internal sealed class HttpClients : HttpClientFactory, IDisposable
{
    private readonly Lazy<HttpMessageHandler> _handler;

    /// <param name="profileBundle">The profile's <c>ca_bundle</c>; AWS_CA_BUNDLE outranks it.</param>
    /// <param name="connectTimeout">For name resolution, connection, proxy and TLS handshake together, for each
    /// attempt.</param>
    public HttpClients(EnvironmentSnapshot environment, string? profileBundle, TimeSpan connectTimeout) =>
        _handler = new(() => CreateHandler(environment, profileBundle, connectTimeout));

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        return CreateHttpClient(clientConfig.Timeout);
    }

    /// <summary>The same for calls that no client of AWS's makes.</summary>
    public HttpClient CreateHttpClient(TimeSpan? timeout)
    {
        var client = new HttpClient(_handler.Value, disposeHandler: false);
        if (timeout is { } limit)
            client.Timeout = limit;
        return client;
    }

    /// <summary>
    /// The clients are light shells around one handler, each with the timeout of its configuration: nothing to cache or
    /// to dispose.
    /// </summary>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose()
    {
        if (_handler.IsValueCreated)
            _handler.Value.Dispose();
    }

    private static RequestGuard CreateHandler(
        EnvironmentSnapshot environment,
        string? profileBundle,
        TimeSpan connectTimeout
    )
    {
        var proxy = new EnvironmentProxy(environment);
        return new RequestGuard(
            CreateSockets(proxy, new ServerTrust(CaBundle.Find(environment, profileBundle)), connectTimeout),
            proxy
        );
    }

    private static SocketsHttpHandler CreateSockets(
        EnvironmentProxy proxy,
        ServerTrust trust,
        TimeSpan connectTimeout
    ) =>
        new()
        {
            SslOptions = trust.CreateOptions(),
            ConnectTimeout = connectTimeout,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = proxy.IsConfigured,
            Proxy = proxy,
            ConnectCallback = new ConnectionFactory(proxy, trust).ConnectAsync,
            ActivityHeadersPropagator = null,
        };
}
