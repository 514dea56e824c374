using System.Net;
using System.Net.Sockets;
using System.Text;
using CredHelper.Emulator.Control;

namespace CredHelper.Emulator.Proxy;

/// <summary>
/// An HTTP proxy as used by companies: CONNECT for TLS, absolute URLs for plain HTTP, and Basic authentication if it
/// has credentials. Every host leads to the emulator. It serves one request per connection and records it as a call of
/// <c>proxy</c>.
/// </summary>
internal sealed class ForwardProxy : IAsyncDisposable
{
    private const string ServiceName = "proxy";

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _login;
    private readonly EmulatedClock _clock;
    private readonly CallLog _calls;
    private readonly FaultList _faults;
    private readonly (Uri? Http, Uri? Https) _emulator;
    private readonly Task _accepting;

    /// <param name="login">USER:PASSWORD; empty if the proxy requires no credentials.</param>
    /// <param name="emulator">The target of plain requests and tunnels.</param>
    /// <param name="clock">The time of calls.</param>
    /// <param name="calls">The log of requests.</param>
    /// <param name="faults">The faults to apply.</param>
    public ForwardProxy(
        string login,
        (Uri? Http, Uri? Https) emulator,
        EmulatedClock clock,
        CallLog calls,
        FaultList faults
    )
    {
        (_login, _emulator, _clock, _calls, _faults) = (login, emulator, clock, calls, faults);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException
                || (exception is InvalidOperationException && _stopping.IsCancellationRequested)
            )
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using TcpClient client = connection;
        try
        {
            NetworkStream stream = client.GetStream();
            if (await ProxyRequest.ReadAsync(stream, _stopping.Token) is { } request)
                await AnswerAsync(stream, request, Record(request));
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One of the two ends has disconnected, or the emulator is stopping.
        }
    }

    private RecordedCall Record(ProxyRequest request)
    {
        RecordedCall call = new()
        {
            Service = ServiceName,
            Operation = $"{request.Method} {request.Target}",
            Host = request.Header("Host") ?? "",
            UserAgent = request.Header("User-Agent"),
            Time = _clock.Now,
        };
        _calls.Add(call);
        return call;
    }

    private async Task AnswerAsync(NetworkStream client, ProxyRequest request, RecordedCall call)
    {
        Fault? fault = _faults.Take(ServiceName, call.Operation);
        if (fault is { Milliseconds: > 0 })
            await Task.Delay(fault.Milliseconds, _stopping.Token);
        switch (fault?.Kind)
        {
            case FaultKind.Close:
                return;
            case FaultKind.Hang:
                await Task.Delay(Timeout.Infinite, _stopping.Token);
                return;
            case FaultKind.Garbage:
                await WriteAsync(client, "220 mail.example ESMTP\r\n");
                return;
            case FaultKind.Status:
                await RefuseAsync(client, call, fault.Status ?? 500, fault.Code);
                return;
        }

        if (_login.Length > 0 && request.Header("Proxy-Authorization") != BasicOf(_login))
            await RefuseAsync(client, call, 407, "Basic realm=\"proxy\"");
        else if ((request.IsTunnel ? _emulator.Https : _emulator.Http) is { } emulator)
            await PassOnAsync(client, request, call, emulator);
        else
            await RefuseAsync(client, call, 502, null);
    }

    private static string BasicOf(string login) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login));

    private async Task PassOnAsync(NetworkStream client, ProxyRequest request, RecordedCall call, Uri emulator)
    {
        using TcpClient server = new();
        await server.ConnectAsync(emulator.Host, emulator.Port, _stopping.Token);
        NetworkStream upstream = server.GetStream();
        if (request.IsTunnel)
        {
            call.Status = 200;
            await WriteAsync(client, "HTTP/1.1 200 Connection established\r\n\r\n");
        }
        else
        {
            await upstream.WriteAsync(request.Received, _stopping.Token);
        }

        await Task.WhenAny(
            client.CopyToAsync(upstream, _stopping.Token),
            upstream.CopyToAsync(client, _stopping.Token)
        );
    }

    private Task RefuseAsync(NetworkStream client, RecordedCall call, int status, string? challenge)
    {
        call.Status = status;
        string header = challenge is null ? "" : $"Proxy-Authenticate: {challenge}\r\n";
        return WriteAsync(
            client,
            $"HTTP/1.1 {status} Refused\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }

    private Task WriteAsync(NetworkStream client, string text) =>
        client.WriteAsync(Encoding.ASCII.GetBytes(text), _stopping.Token).AsTask();
}
