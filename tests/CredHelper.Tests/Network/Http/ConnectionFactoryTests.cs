using System.Net;
using System.Net.Sockets;
using System.Text;
using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Tests.Network.Http;

/// <summary>How many connections a call opens, and what a forwarding proxy receives.</summary>
public sealed class ConnectionFactoryTests : IDisposable
{
    private static readonly Uri Http = new("http://api.ecr.test/");

    private readonly TcpListener _socks = new(IPAddress.Loopback, 0);

    public void Dispose() => _socks.Dispose();

    [Fact]
    public async Task GivesTheCredentialsToAProxyWithTheFirstRequest()
    {
        await using var proxy = LoopbackServer.Plain(LoopbackServer.Ok);
        Assert.Equal("200 {}", await Client.GetAsync(Http, Proxied(proxy, "user:p%40ss+word@")));
        string basic = Convert.ToBase64String("user:p@ss+word"u8);
        Assert.Equal(
            $"GET http://api.ecr.test/ HTTP/1.1\r\nHost: api.ecr.test\r\nProxy-Authorization: Basic {basic}\r\n\r\n",
            Assert.Single(proxy.Requests)
        );
    }

    [Theory]
    [InlineData("user:wrong@", "Basic realm=\"x\"", "did not accept the user name and password (407)")]
    [InlineData("", "Basic realm=\"x\"", "requires a user name and password (407)")]
    [InlineData("user:right@", "NTLM", "requires NTLM authentication, which is not supported (407)")]
    public async Task DoesNotRepeatARequestThatTheProxyRefuses(string userInfo, string challenge, string message)
    {
        await using var proxy = LoopbackServer.Plain(
            $"HTTP/1.1 407 Who?\r\nProxy-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n"
        );
        HelperException failure = await Client.FailAsync(Http, Proxied(proxy, userInfo));
        Assert.Equal(FailureKind.Proxy, failure.Kind);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, proxy.Connections);
    }

    [Fact]
    public async Task DoesNotConnectAgainForARequestWhoseConnectionIsClosed()
    {
        await using var proxy = LoopbackServer.Plain("");
        HelperException failure = await Client.FailAsync(Http, Proxied(proxy, ""));
        Assert.Contains(
            $"the proxy 127.0.0.1:{proxy.Port} (http_proxy) closed the connection",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(1, proxy.Connections);
    }

    [Theory]
    [InlineData("https", "close", 1, 1)]
    [InlineData("https", "close", 3, 3)]
    [InlineData("https", "reset", 2, 2)]
    [InlineData("https", "HTTP/1.1 502 Bad Gateway\r\n\r\n", 2, 2)]
    [InlineData("https", "HTTP/1.1 403 Forbidden\r\n\r\n", 3, 1)]
    [InlineData("https", "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic\r\n\r\n", 3, 1)]
    [InlineData("http", "close", 2, 2)]
    [InlineData("http", "reset", 2, 2)]
    [InlineData("http", "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic\r\n\r\n", 3, 1)]
    public async Task MakesAConnectionForEachAttempt(string scheme, string answer, int attempts, int connections)
    {
        await using var proxy = LoopbackServer.Plain((_, stream) => AnswerAsync(stream, answer));
        using var home = new Home();
        HelperContext context = HelperContext.Start(
            home.Environment(
                ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
                ("AWS_ENDPOINT_URL", $"{scheme}://api.ecr.test"),
                ("AWS_MAX_ATTEMPTS", $"{attempts}"),
                ("ALL_PROXY", $"http://user:password@127.0.0.1:{proxy.Port}")
            )
        );
        HelperException failure = await Assert.ThrowsAsync<HelperException>(() =>
            new EcrTokenIssuer(context, IdentityChoice.Ambient).IssueAsync(
                Sample.Registry,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Contains($"the proxy 127.0.0.1:{proxy.Port} (ALL_PROXY)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(connections, proxy.Connections);
    }

    /// <summary>RFC 1928 and 1929.</summary>
    [Fact]
    public async Task LeavesSocksWithItsCredentialsToTheHandler()
    {
        _socks.Start();
        Task<string> serving = ServeSocksAsync();
        var environment = Client.Environment(
            ("http_proxy", $"socks5h://user:p%40ss@127.0.0.1:{((IPEndPoint)_socks.LocalEndpoint).Port}")
        );
        Assert.Equal("200 {}", await Client.GetAsync(Http, environment));
        string seen = await serving;
        Assert.StartsWith("user p@ss api.ecr.test GET / HTTP/1.1\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-", seen, StringComparison.Ordinal);
    }

    private static EnvironmentSnapshot Proxied(LoopbackServer proxy, string userInfo) =>
        Client.Environment(("http_proxy", $"http://{userInfo}127.0.0.1:{proxy.Port}"));

    private static async Task AnswerAsync(Stream stream, string answer)
    {
        if (answer == "reset")
            ((NetworkStream)stream).Socket.LingerState = new LingerOption(true, 0);
        else if (answer != "close")
            await LoopbackServer.WriteAsync(stream, answer);
    }

    /// <returns>The user, password and host that the client sent, and its request.</returns>
    private async Task<string> ServeSocksAsync()
    {
        using TcpClient client = await _socks.AcceptTcpClientAsync();
        using NetworkStream stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[1]);
        await ReadTextAsync(stream);
        await stream.WriteAsync(new byte[] { 5, 2 });
        await stream.ReadExactlyAsync(new byte[1]);
        string user = await ReadTextAsync(stream);
        string password = await ReadTextAsync(stream);
        await stream.WriteAsync(new byte[] { 1, 0 });
        await stream.ReadExactlyAsync(new byte[4]);
        string host = await ReadTextAsync(stream);
        await stream.ReadExactlyAsync(new byte[2]);
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 });
        string head = await LoopbackServer.ReadHeadAsync(stream);
        await LoopbackServer.WriteAsync(stream, LoopbackServer.Ok);
        return $"{user} {password} {host} {head}";
    }

    private static async Task<string> ReadTextAsync(Stream stream)
    {
        byte[] length = new byte[1];
        await stream.ReadExactlyAsync(length);
        byte[] text = new byte[length[0]];
        await stream.ReadExactlyAsync(text);
        return Encoding.UTF8.GetString(text);
    }
}
