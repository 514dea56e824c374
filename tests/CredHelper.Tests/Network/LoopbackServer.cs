using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CredHelper.Tests.Network;

/// <summary>
/// A server on loopback that reads one request header at a time and writes a given response, over TLS if it has a
/// certificate.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SslStreamCertificateContext? _certificate;
    private readonly Func<string, Stream, Task> _answer;
    private readonly Task _accepting;

    private LoopbackServer(SslStreamCertificateContext? certificate, Func<string, Stream, Task> answer)
    {
        _certificate = certificate;
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://localhost:{Port}/");

    /// <summary>The headers of all requests so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public int Connections { get; private set; }

    /// <param name="leaf">With its private key.</param>
    /// <param name="intermediates">Sent together with it.</param>
    public static LoopbackServer Tls(X509Certificate2 leaf, params X509Certificate2[] intermediates) =>
        Tls((_, stream) => WriteAsync(stream, Ok), leaf, intermediates);

    public static LoopbackServer Tls(
        Func<string, Stream, Task> answer,
        X509Certificate2 leaf,
        params X509Certificate2[] intermediates
    ) => new(SslStreamCertificateContext.Create(leaf, [.. intermediates], offline: true), answer);

    public static LoopbackServer Plain(string answer) => Plain((_, stream) => WriteAsync(stream, answer));

    public static LoopbackServer Plain(Func<string, Stream, Task> answer) => new(null, answer);

    public static Task WriteAsync(Stream stream, string text) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    /// <summary>Handles CONNECT like a proxy: opens a connection to a server on loopback and copies bytes.</summary>
    public static async Task TunnelAsync(Stream client, int port)
    {
        using var server = new TcpClient("127.0.0.1", port);
        using Stream upstream = server.GetStream();
        await WriteAsync(client, "HTTP/1.1 200 Connection established\r\n\r\n");
        await Task.WhenAny(client.CopyToAsync(upstream), upstream.CopyToAsync(client));
    }

    /// <summary>Reads the request header up to the empty line; empty if the client disconnected.</summary>
    public static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                return "";
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Connections++;
                _ = ServeAsync(client);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            using var network = new NetworkStream(client, ownsSocket: true);
            using Stream stream = _certificate is null ? network : new SslStream(network);
            if (stream is SslStream tls)
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificateContext = _certificate }
                );
            }

            while (await ReadHeadAsync(stream) is { Length: > 0 } head)
            {
                Requests.Enqueue(head);
                await _answer(head, stream);
                if (_certificate is null)
                    return;
            }
        }
        catch (Exception)
        {
            // Most tests make the client abort the handshake.
        }
    }
}
