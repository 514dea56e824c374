using System.Net.Sockets;
using System.Security.Authentication;
using CredHelper.Errors;
using CredHelper.Network.Proxy;

namespace CredHelper.Network.Http;

/// <summary>
/// Converts the exception of a request, however deeply it is wrapped, into an error for the user: which host and port,
/// what happened, what to do. <see cref="RequestGuard"/> has stored the request on the exception.
/// </summary>
internal static class NetworkFailure
{
    private const string DestinationKey = "CredHelper.Network.Destination";
    private const string ProxyKey = "CredHelper.Network.Proxy";
    private const string NameHint = "check the name and the region in it, DNS and the network";
    private const string TimeoutHint = "check the network, proxy settings (HTTPS_PROXY, NO_PROXY) and firewalls";
    private const string RetryHint = "try again; check whether a proxy or firewall interferes";

    /// <param name="destination">Used if the exception has no destination, as after a deadline of the caller.</param>
    /// <returns>Null if the exception is not a network error.</returns>
    public static HelperException? From(Exception failure, Uri? destination = null)
    {
        if (Chain(failure).OfType<TransientProxyException>().FirstOrDefault() is { Explanation: var explanation })
            return explanation;
        var request = new Request(
            Find<Uri>(failure, DestinationKey) ?? destination,
            Find<ProxyAddress>(failure, ProxyKey)
        );
        foreach (Exception exception in Chain(failure))
        {
            HelperException? explained = exception switch
            {
                HelperException helper => helper,
                HttpRequestException http => FromError(http.HttpRequestError, http, request, failure),
                HttpIOException http => FromError(http.HttpRequestError, http, request, failure),
                SocketException socket => FromSocket(socket.SocketErrorCode, request, failure),
                AuthenticationException => NoTls(exception, request, failure),
                TimeoutException or OperationCanceledException => new(
                    FailureKind.Timeout,
                    $"{request.Peer} did not respond in time",
                    TimeoutHint,
                    failure
                ),
                _ => null,
            };
            if (explained is not null)
                return explained;
        }

        return failure is HttpRequestException or IOException && request.Destination is not null
            ? new(
                FailureKind.Unreachable,
                $"the connection to {request.Peer} was interrupted: {ForeignText.Clean(failure.Message)}",
                RetryHint,
                failure
            )
            : null;
    }

    /// <summary>
    /// Stores the destination of the request on every exception of the chain, because the AWS SDK throws only inner
    /// ones.
    /// </summary>
    public static void Annotate(Exception failure, Uri destination, ProxyAddress? proxy)
    {
        foreach (Exception exception in Chain(failure))
        {
            exception.Data[DestinationKey] = destination;
            if (proxy is not null)
                exception.Data[ProxyKey] = proxy;
        }
    }

    /// <summary>Whether the same request would fail again in the same way, so that a retry only costs time.</summary>
    public static bool IsFinal(Exception failure) =>
        Chain(failure)
            .Any(exception =>
                exception
                    is HelperException
                        or AuthenticationException
                        or HttpRequestException
                        {
                            HttpRequestError: HttpRequestError.ProxyTunnelError
                                or HttpRequestError.ConfigurationLimitExceeded
                        }
            );

    private static HelperException? FromError(
        HttpRequestError error,
        Exception exception,
        Request request,
        Exception failure
    )
    {
        if (Chain(exception).OfType<HelperException>().FirstOrDefault() is { } explained)
            return explained;
        return error switch
        {
            HttpRequestError.NameResolutionError => new(
                request.ConnectKind,
                $"the name of {request.ConnectPeer} cannot be resolved",
                NameHint,
                failure
            ),
            HttpRequestError.SecureConnectionError => NoTls(exception, request, failure),
            HttpRequestError.InvalidResponse
            or HttpRequestError.ConfigurationLimitExceeded
            or HttpRequestError.HttpProtocolError
            or HttpRequestError.VersionNegotiationError => new(
                request.AnswerKind,
                $"the response of {request.Peer} is not HTTP: {ForeignText.Clean(exception.Message)}",
                "check the endpoint, and whether a proxy responds in its place",
                failure
            ),
            HttpRequestError.ResponseEnded => new(
                request.AnswerKind,
                $"{request.Peer} closed the connection before the response was complete",
                RetryHint,
                failure
            ),
            HttpRequestError.ProxyTunnelError => new(
                FailureKind.Proxy,
                $"{request.ConnectPeer} did not open a tunnel: {ForeignText.Clean(exception.Message)}",
                null,
                failure
            ),
            _ => null,
        };
    }

    private static HelperException FromSocket(SocketError error, Request request, Exception failure) =>
        error switch
        {
            SocketError.ConnectionRefused => new(
                request.ConnectKind,
                $"{request.ConnectPeer} refused the connection",
                "check host and port, and whether a service listens there",
                failure
            ),
            SocketError.HostUnreachable
            or SocketError.NetworkUnreachable
            or SocketError.NetworkDown
            or SocketError.HostDown
            or SocketError.AddressNotAvailable
            or SocketError.AddressFamilyNotSupported => new(
                request.ConnectKind,
                $"no route to {request.ConnectPeer}",
                "check the network, VPN and VPC endpoints",
                failure
            ),
            SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery => new(
                request.ConnectKind,
                $"the name of {request.ConnectPeer} cannot be resolved",
                NameHint,
                failure
            ),
            SocketError.TimedOut => new(
                FailureKind.Timeout,
                $"{request.Peer} did not respond in time",
                TimeoutHint,
                failure
            ),
            SocketError.AccessDenied => new(
                request.ConnectKind,
                $"a firewall of this machine blocks connections to {request.ConnectPeer}",
                "allow outgoing connections",
                failure
            ),
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => new(
                FailureKind.Unreachable,
                $"{request.Peer} closed the connection",
                RetryHint,
                failure
            ),
            _ => new(
                request.ConnectKind,
                $"{request.ConnectPeer} cannot be reached ({error})",
                "check the network",
                failure
            ),
        };

    private static HelperException NoTls(Exception exception, Request request, Exception failure) =>
        new(
            FailureKind.Tls,
            $"no TLS connection to {request.Peer}: {Innermost(exception)}",
            "check that the endpoint supports TLS 1.2 or 1.3, and whether a proxy or firewall interferes",
            failure
        );

    private static string Innermost(Exception exception) => ForeignText.Clean(exception.GetBaseException().Message);

    private static T? Find<T>(Exception failure, string key)
        where T : class =>
        Chain(failure).Select(exception => exception.Data[key] as T).FirstOrDefault(value => value is not null);

    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (Exception? exception = failure; exception is not null; exception = exception.InnerException)
            yield return exception;
    }

    /// <summary>
    /// Names the parties of a failure: until the connection is established only the proxy, if there is one; afterwards
    /// either of the two, unless the proxy forwards the request over its own connection.
    /// </summary>
    private sealed record Request(Uri? Destination, ProxyAddress? Proxy)
    {
        private string Server => Destination is null ? "the server" : $"{Destination.IdnHost}:{Destination.Port}";

        private bool IsPassedOn => Proxy is { IsHttp: true } && Destination is not null && !Proxy.Tunnels(Destination);

        public string ConnectPeer => Proxy is null ? Server : $"the proxy {Proxy}";

        public string Peer => Proxy is null || IsPassedOn ? ConnectPeer : $"{Server} or the proxy {Proxy}";

        public FailureKind ConnectKind => Proxy is null ? FailureKind.Unreachable : FailureKind.Proxy;

        public FailureKind AnswerKind => Proxy is null ? FailureKind.BadResponse : FailureKind.Proxy;
    }
}
