using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using CredHelper.Errors;
using CredHelper.Network.Proxy;
using CredHelper.Network.Tls;

namespace CredHelper.Network.Http;

/// <summary>
/// The connections of .NET's handler: directly to the server, to a proxy that forwards the request, or through a
/// proxy's tunnel. Each request gets one new connection. .NET would open up to three more if the first is closed, and
/// the AWS SDK as many again for each of its attempts.
/// </summary>
internal sealed class ConnectionFactory(EnvironmentProxy proxies, ServerTrust trust)
{
    private static readonly HttpRequestOptionsKey<bool> HasConnected = new("CredHelper.Network.HasConnected");

    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        HttpRequestMessage request = context.InitialRequestMessage;
        if (request.Options.TryGetValue(HasConnected, out bool hasConnected) && hasConnected)
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection was closed.");
        request.Options.Set(HasConnected, true);

        Uri destination = request.RequestUri!;
        if (proxies.For(destination) is not { } proxy || !proxy.Tunnels(destination))
            return await OpenSocketAsync(context.DnsEndPoint, cancellationToken);
        Stream tunnel = await OpenTunnelAsync(proxy, request, cancellationToken);
        // .NET's handler adds no TLS of its own to an SslStream, not even to one that ends at the proxy.
        return await SecureAsync(tunnel, destination.IdnHost, cancellationToken);
    }

    private async Task<Stream> OpenTunnelAsync(
        ProxyAddress proxy,
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Stream? stream = null;
        try
        {
            var endPoint = new DnsEndPoint(proxy.Address.IdnHost, proxy.Address.Port);
            stream = await OpenSocketAsync(endPoint, cancellationToken);
            if (proxy.IsHttps)
                stream = await SecureProxyAsync(stream, proxy, cancellationToken);
            string userAgent = request.Headers.UserAgent.ToString();
            await ProxyTunnel.OpenAsync(stream, proxy, request.RequestUri!, userAgent, cancellationToken);
            return stream;
        }
        catch (Exception exception)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            // .NET turns an IOException into a timeout that contains it, but drops it from a cancellation.
            if (exception is OperationCanceledException)
                throw TooSlow(proxy, exception);
            throw;
        }
    }

    private static async Task<Stream> OpenSocketAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureProxyAsync(Stream stream, ProxyAddress proxy, CancellationToken cancellationToken)
    {
        try
        {
            return await SecureAsync(stream, proxy.Address.IdnHost, cancellationToken);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            throw exception.GetBaseException() as HelperException ?? NoTls(proxy, exception);
        }
    }

    private async Task<Stream> SecureAsync(Stream stream, string host, CancellationToken cancellationToken)
    {
        SslClientAuthenticationOptions options = trust.CreateOptions();
        options.TargetHost = host;
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static TransientProxyException TooSlow(ProxyAddress proxy, Exception exception) =>
        new(
            new(
                FailureKind.Timeout,
                $"the proxy {proxy} did not respond in time",
                $"check the network, firewalls and {proxy.Setting}",
                exception
            )
        );

    private static HelperException NoTls(ProxyAddress proxy, Exception exception) =>
        new(
            FailureKind.Tls,
            $"no TLS connection to the proxy {proxy}: {ForeignText.Clean(exception.GetBaseException().Message)}",
            $"write http:// instead of https:// in {proxy.Setting} if the proxy does not support TLS",
            exception
        );
}
