using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Tests.Network.Proxy;

/// <summary>Requests over TLS to a host that is only reachable through a proxy on loopback.</summary>
public sealed class ProxyTunnelTests : IDisposable
{
    private const string Established = "HTTP/1.1 200 Connection established\r\n\r\n";
    private static readonly Uri Https = new("https://api.ecr.test/");

    private readonly X509Certificate2 _root = Authority.Root("Test Root CA 1");
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    /// <summary>The header is the same, byte for byte, as curl's for each of these URLs.</summary>
    [Theory]
    [InlineData("user:p%40ss%2Fword@", "user:p@ss/word")]
    [InlineData("user:p@ss/word@", "user:p@ss/word")]
    [InlineData("us%40er:p%3Aa+s%25@", "us@er:p:a+s%")]
    [InlineData("jan%C3%A9:pé@", "jané:pé")]
    [InlineData("CORP%5Cuser:p%zz@", "CORP\\user:p%zz")]
    [InlineData("user@", "user:")]
    [InlineData(":password@", ":password")]
    public async Task CarriesTheCredentialsInTheFirstConnect(string userInfo, string credentials)
    {
        string head = await ConnectAsync(userInfo);
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
        Assert.Equal(
            "CONNECT api.ecr.test:443 HTTP/1.1\r\nHost: api.ecr.test:443\r\n"
                + $"Proxy-Authorization: Basic {basic}\r\n\r\n",
            head
        );
    }

    [Fact]
    public async Task CarriesNoCredentialsWithoutAUser() =>
        Assert.Equal("CONNECT api.ecr.test:443 HTTP/1.1\r\nHost: api.ecr.test:443\r\n\r\n", await ConnectAsync(""));

    [Fact]
    public async Task NamesAnAddressInBrackets()
    {
        await using var proxy = LoopbackServer.Plain("HTTP/1.1 403 Forbidden\r\n\r\n");
        await Client.FailAsync(
            new Uri("https://[fd12::1]:8443/"),
            Client.Environment(("https_proxy", $"127.0.0.1:{proxy.Port}"))
        );
        Assert.StartsWith(
            "CONNECT [fd12::1]:8443 HTTP/1.1\r\n",
            Assert.Single(proxy.Requests),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task LeadsThroughAProxyThatSpeaksTls()
    {
        await using var server = LoopbackServer.Tls(_root.Issue(new("leaf") { Hosts = ["api.ecr.test"] }));
        await using var proxy = LoopbackServer.Tls(
            (_, client) => LoopbackServer.TunnelAsync(client, server.Port),
            _root.Issue(new("proxy"))
        );
        Assert.Equal(
            "200 {}",
            await Client.GetAsync(Https, Trusting(("https_proxy", $"https://user:password@localhost:{proxy.Port}")))
        );
        Assert.Contains("Proxy-Authorization: Basic ", Assert.Single(proxy.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoesNotTrustAProxyOfAnotherAuthority()
    {
        using X509Certificate2 other = Authority.Root("Foreign Root");
        await using var proxy = LoopbackServer.Tls(other.Issue(new("proxy")));
        HelperException failure = await Client.FailAsync(
            Https,
            Trusting(("https_proxy", $"https://user:hunter2@localhost:{proxy.Port}"))
        );
        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Contains("localhost", failure.Message, StringComparison.Ordinal);
        Assert.Empty(proxy.Requests);
    }

    [Fact]
    public async Task IsNotOpenedByAProxyWithoutTlsBehindAnHttpsUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(
            async () =>
            {
                using Socket client = await listener.AcceptSocketAsync();
                await client.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
                await client.ReceiveAsync(new byte[4096]);
            },
            TestContext.Current.CancellationToken
        );
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        HelperException failure = await Client.FailAsync(
            Https,
            Client.Environment(("https_proxy", $"https://user:hunter2@127.0.0.1:{port}"))
        );
        await serving;
        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Contains(
            $"no TLS connection to the proxy 127.0.0.1:{port} (https_proxy)",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("write http:// instead of https:// in https_proxy", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsRefusedWithoutAPassword()
    {
        await using var proxy = Answering("407 Who?", "Proxy-Authenticate: Negotiate, Basic realm=\"x\"\r\n");
        HelperException failure = await FailAsync(proxy);
        Assert.Equal(
            $"the proxy 127.0.0.1:{proxy.Port} (https_proxy) requires a user name and password (407)",
            failure.Message
        );
        Assert.Equal($"set https_proxy to http://USER:PASSWORD@127.0.0.1:{proxy.Port}", failure.Hint);
    }

    [Fact]
    public async Task IsRefusedWithAWrongPasswordThatStaysSecret()
    {
        await using var proxy = Answering("407 Who?", "Proxy-Authenticate: Basic realm=\"x\"\r\n");
        HelperException failure = await FailAsync(proxy, "me:hunter2@");
        Assert.Contains("did not accept the user name and password (407)", failure.Message, StringComparison.Ordinal);
        for (Exception? exception = failure; exception is not null; exception = exception.InnerException)
            Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Proxy-Authenticate: Negotiate\r\nproxy-authenticate: NTLM\r\n", "Negotiate or NTLM")]
    [InlineData("Proxy-Authenticate: Digest realm=\"a, Basic b\", nonce=\"x\"\r\n", "Digest")]
    public async Task IsRefusedByAProxyWithoutBasic(string challenges, string shown)
    {
        await using var proxy = Answering("407 Who?", challenges);
        HelperException failure = await FailAsync(proxy, "user:password@");
        Assert.Contains(
            $"(https_proxy) requires {shown} authentication, which is not supported",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Single(proxy.Requests);
    }

    [Theory]
    [InlineData("403 Forbidden", "403")]
    [InlineData("502 Bad Gateway", "502")]
    [InlineData("204 No Content", "204")]
    public async Task IsRefusedWithAStatus(string status, string shown)
    {
        await using var proxy = Answering(status);
        HelperException failure = await FailAsync(proxy);
        Assert.Contains(
            $"127.0.0.1:{proxy.Port} (https_proxy) refused the connection with status {shown}",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\u001b[31m\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("HTTP/1.1\r\n\r\n")]
    public async Task IsNotWhatAnotherProtocolAnswers(string answer)
    {
        await using var proxy = LoopbackServer.Plain(answer);
        HelperException failure = await FailAsync(proxy);
        Assert.Contains("is not HTTP", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    [Fact]
    public async Task IsNotAPageToSignInWith()
    {
        await using var proxy = LoopbackServer.Plain(Established + "<html>please sign in</html>");
        HelperException failure = await FailAsync(proxy);
        Assert.Contains("sent a web page", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndsWithAHeaderOfAnySize()
    {
        await using var proxy = LoopbackServer.Plain("HTTP/1.1 200 OK\r\nX: " + new string('x', 20_000));
        HelperException failure = await FailAsync(proxy);
        Assert.Contains("a header of more than 16 KiB", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    public async Task IsClosedByTheProxyAndTriedOnce(string answer)
    {
        await using var proxy = LoopbackServer.Plain(answer);
        HelperException failure = await FailAsync(proxy);
        Assert.Equal($"the proxy 127.0.0.1:{proxy.Port} (https_proxy) closed the connection", failure.Message);
        Assert.Equal(1, proxy.Connections);
    }

    [Fact]
    public async Task EndsWithTheProxysSilence()
    {
        await using var proxy = LoopbackServer.Plain((_, _) => Task.Delay(TimeSpan.FromSeconds(20)));
        HelperException failure = await Client.FailAsync(
            Https,
            Client.Environment(("https_proxy", $"http://127.0.0.1:{proxy.Port}")),
            connectTimeout: TimeSpan.FromMilliseconds(300)
        );
        Assert.Equal(FailureKind.Timeout, failure.Kind);
        Assert.Equal($"the proxy 127.0.0.1:{proxy.Port} (https_proxy) did not respond in time", failure.Message);
    }

    [Fact]
    public async Task IsOpenBeforeTheServerFails()
    {
        await using var proxy = LoopbackServer.Plain(Established);
        HelperException failure = await FailAsync(proxy, kind: FailureKind.Unreachable);
        Assert.Contains("api.ecr.test:443 or the proxy 127.0.0.1", failure.Message, StringComparison.Ordinal);
    }

    private static LoopbackServer Answering(string status, string headers = "") =>
        LoopbackServer.Plain($"HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n");

    private static async Task<HelperException> FailAsync(
        LoopbackServer proxy,
        string userInfo = "",
        FailureKind kind = FailureKind.Proxy
    )
    {
        HelperException failure = await Client.FailAsync(
            Https,
            Client.Environment(("https_proxy", $"http://{userInfo}127.0.0.1:{proxy.Port}"))
        );
        Assert.Equal(kind, failure.Kind);
        return failure;
    }

    /// <returns>The only CONNECT of a request.</returns>
    private async Task<string> ConnectAsync(string userInfo)
    {
        await using var server = LoopbackServer.Tls(_root.Issue(new("leaf") { Hosts = ["api.ecr.test"] }));
        await using var proxy = LoopbackServer.Plain((_, client) => LoopbackServer.TunnelAsync(client, server.Port));
        Assert.Equal(
            "200 {}",
            await Client.GetAsync(Https, Trusting(("HTTPS_PROXY", $"http://{userInfo}127.0.0.1:{proxy.Port}")))
        );
        Assert.DoesNotContain("Proxy-", Assert.Single(server.Requests), StringComparison.Ordinal);
        return Assert.Single(proxy.Requests);
    }

    private EnvironmentSnapshot Trusting((string Name, string Value) proxy) =>
        Client.Environment(proxy, ("AWS_CA_BUNDLE", _folder.Write("ca.pem", Authority.Pem(_root))));
}
