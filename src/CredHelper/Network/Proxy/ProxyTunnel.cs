using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using CredHelper.Errors;

namespace CredHelper.Network.Proxy;

/// <summary>
/// Opens a tunnel with CONNECT (RFC 9110, 9.3.6) over a connection to an HTTP proxy. .NET's own implementation sends no
/// credentials with the first request, and repeats it dozens of times if the proxy closes the connection.
/// </summary>
internal static class ProxyTunnel
{
    /// <summary>The most bytes of the response header; 200 are usual.</summary>
    private const int MaximumHead = 16 * 1024;

    private const string Protocol = "HTTP/1.";
    private const string HeadEnd = "\r\n\r\n";

    /// <param name="stream">The connection to the proxy; on return it leads to the destination.</param>
    /// <param name="proxy">The proxy at its other end.</param>
    /// <param name="destination">The server to connect to.</param>
    /// <param name="userAgent">The same as in the request that follows, because some proxies check it.</param>
    /// <param name="cancellationToken">Cancels the wait for the response.</param>
    /// <exception cref="HelperException">The proxy refused permanently.</exception>
    /// <exception cref="TransientProxyException">Another attempt may succeed.</exception>
    public static async Task OpenAsync(
        Stream stream,
        ProxyAddress proxy,
        Uri destination,
        string userAgent,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(RequestTo(proxy, destination, userAgent)),
                cancellationToken
            );
            (string answer, int surplus) = await ReadHeadAsync(stream, proxy, cancellationToken);
            RequireSuccess(proxy, answer);
            // A TLS server sends nothing before its client does.
            if (surplus > 0)
                throw NoTunnel(proxy);
        }
        catch (IOException exception) when (exception is not TransientProxyException)
        {
            throw Closed(proxy, exception);
        }
    }

    private static string RequestTo(ProxyAddress proxy, Uri destination, string userAgent)
    {
        string host = destination.HostNameType == UriHostNameType.IPv6 ? destination.Host : destination.IdnHost;
        string authority = string.Create(CultureInfo.InvariantCulture, $"{host}:{destination.Port}");
        var head = new StringBuilder($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
        if (proxy.Authorization is { } authorization)
            head.Append("Proxy-Authorization: ").Append(authorization).Append("\r\n");
        if (userAgent.Length > 0)
            head.Append("User-Agent: ").Append(userAgent).Append("\r\n");
        return head.Append("\r\n").ToString();
    }

    /// <returns>The header, and the number of bytes after it.</returns>
    private static async Task<(string Head, int Surplus)> ReadHeadAsync(
        Stream stream,
        ProxyAddress proxy,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = new byte[MaximumHead];
        int length = 0;
        while (length < buffer.Length)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                throw Closed(proxy, inner: null);
            length += read;
            string head = Encoding.Latin1.GetString(buffer, 0, length);
            if (!Protocol.AsSpan().StartsWith(head.AsSpan(0, Math.Min(length, Protocol.Length))))
                throw NotHttp(proxy, head);
            int end = head.IndexOf(HeadEnd, StringComparison.Ordinal);
            if (end >= 0)
                return (head[..end], length - end - HeadEnd.Length);
        }

        throw NotHttp(proxy, $"a header of more than {MaximumHead / 1024} KiB");
    }

    private static void RequireSuccess(ProxyAddress proxy, string head)
    {
        string[] lines = head.Split("\r\n");
        string[] words = lines[0].Split(' ', 3);
        if (
            words.Length < 2
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int status)
        )
        {
            throw NotHttp(proxy, lines[0]);
        }

        if (status == 200)
            return;
        HelperException refusal = ProxyRefusal.Of(proxy, status, ChallengesIn(lines));
        throw status >= 500 ? new TransientProxyException(refusal) : refusal;
    }

    private static HttpHeaderValueCollection<AuthenticationHeaderValue> ChallengesIn(IEnumerable<string> lines)
    {
        const string name = "Proxy-Authenticate";
        using var response = new HttpResponseMessage();
        foreach (string line in lines)
        {
            string[] header = line.Split(':', 2);
            if (header.Length == 2 && header[0].Equals(name, StringComparison.OrdinalIgnoreCase))
                response.Headers.TryAddWithoutValidation(name, header[1].Trim());
        }

        return response.Headers.ProxyAuthenticate;
    }

    private static TransientProxyException Closed(ProxyAddress proxy, Exception? inner) =>
        new(
            new(
                FailureKind.Proxy,
                $"the proxy {proxy} closed the connection",
                $"check {proxy.Setting}, and that this machine may use the proxy",
                inner
            )
        );

    private static HelperException NoTunnel(ProxyAddress proxy) =>
        new(
            FailureKind.Proxy,
            $"the proxy {proxy} sent a web page instead of opening a tunnel",
            "sign in to the proxy or network if it requires that in a browser"
        );

    private static HelperException NotHttp(ProxyAddress proxy, string answer) =>
        new(
            FailureKind.Proxy,
            $"the response of the proxy {proxy} is not HTTP: {ForeignText.Clean(answer)}",
            $"check the host and port in {proxy.Setting}"
        );
}
