using System.Net;
using Amazon.Runtime;
using CredHelper.Network.Proxy;
using CredHelper.Network.Tls;
using CredHelper.Platform;

namespace CredHelper.Network.Http;

/// <summary>
/// The HTTP clients of all AWS calls: one connection pool for the process, trust by <see cref="ServerTrust"/>,
/// connections by <see cref="ConnectionFactory"/>, no redirects, cookies or decompression. Creating it reads no file
/// and opens no connection.
/// </summary>
internal sealed class HttpClients : HttpClientFactory, IDisposable
{
    private readonly Lazy<HttpMessageHandler> _handler;

    /// <param name="profileBundle">The profile's <c>ca_bundle</c>; AWS_CA_BUNDLE takes precedence.</param>
    /// <param name="connectTimeout">
    /// The limit of name resolution, connection, proxy and TLS handshake together, for each attempt.
    /// </param>
    public HttpClients(EnvironmentSnapshot environment, string? profileBundle, TimeSpan connectTimeout) =>
        _handler = new(() => CreateHandler(environment, profileBundle, connectTimeout));

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        return CreateHttpClient(clientConfig.Timeout);
    }

    /// <summary>Creates a client for calls that are not made by the AWS SDK.</summary>
    public HttpClient CreateHttpClient(TimeSpan? timeout)
    {
        var client = new HttpClient(_handler.Value, disposeHandler: false);
        if (timeout is { } limit)
            client.Timeout = limit;
        return client;
    }

    /// <summary>
    /// Clients are cheap wrappers of one handler, each with the timeout of its configuration, so there is nothing to
    /// cache or to dispose.
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
