using System.Globalization;
using System.Net.Sockets;
using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using CredHelper.Errors;
using CredHelper.Network.Http;

namespace CredHelper.Tests.Network.Http;

public sealed class HttpClientsAnswerTests
{
    [Fact]
    public async Task OfTheLargestSizeIsTakenIn()
    {
        await using var server = LoopbackServer.Plain(WithBody(RequestGuard.MaximumBody));
        Assert.Equal(RequestGuard.MaximumBody + 4, (await Client.GetAsync(server.Url, Client.Environment())).Length);
    }

    [Fact]
    public async Task ThatSaysItIsLargerIsABadResponse()
    {
        await using var server = LoopbackServer.Plain(WithBody(RequestGuard.MaximumBody + 1));
        await IsTooLargeAsync(server);
    }

    [Fact]
    public async Task WithoutAnEndIsABadResponse()
    {
        await using var server = LoopbackServer.Plain(
            async (_, stream) =>
            {
                await LoopbackServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (true)
                    await LoopbackServer.WriteAsync(stream, "1000\r\n" + new string('x', 0x1000) + "\r\n");
            }
        );
        await IsTooLargeAsync(server);
    }

    [Fact]
    public async Task ThatStopsInTheMiddleOfItsBodyTimesOut()
    {
        await using var server = LoopbackServer.Plain(
            async (_, stream) =>
            {
                await LoopbackServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
                await Task.Delay(TimeSpan.FromSeconds(20));
            }
        );
        HelperException failure = await Client.FailAsync(
            server.Url,
            Client.Environment(),
            timeout: TimeSpan.FromMilliseconds(300)
        );
        Assert.Equal(FailureKind.Timeout, failure.Kind);
        Assert.Contains($"localhost:{server.Port} did not respond in time", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThatIsCutShortIsABadResponse()
    {
        await using var server = LoopbackServer.Plain("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
        await FailsAsync(server, FailureKind.BadResponse, "closed the connection before the response was complete");
    }

    [Fact]
    public async Task ThatIsNotHttpIsABadResponse()
    {
        await using var server = LoopbackServer.Plain("220 mail.example ESMTP\r\n");
        await FailsAsync(server, FailureKind.BadResponse, "is not HTTP");
    }

    [Fact]
    public async Task ThatIsCompressedIsNotUnpacked()
    {
        await using var server = LoopbackServer.Plain(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
        );
        Assert.Equal("200 abc", await Client.GetAsync(server.Url, Client.Environment()));
        Assert.DoesNotContain("Accept-Encoding", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThatRedirectsIsNotFollowed()
    {
        await using var target = LoopbackServer.Plain(LoopbackServer.Ok);
        await using var server = LoopbackServer.Plain(
            $"HTTP/1.1 307 There\r\nLocation: {target.Url}\r\nContent-Length: 0\r\n\r\n"
        );
        Assert.Equal("307 ", await Client.GetAsync(server.Url, Client.Environment()));
        Assert.Equal(0, target.Connections);
    }

    private static string WithBody(int length) =>
        $"HTTP/1.1 200 OK\r\nContent-Length: {length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n"
        + $"{new string('x', length)}";

    private static Task IsTooLargeAsync(LoopbackServer server) =>
        FailsAsync(server, FailureKind.BadResponse, $"the response of localhost:{server.Port} is larger than 1024 KiB");

    private static async Task FailsAsync(LoopbackServer server, FailureKind kind, string message)
    {
        HelperException failure = await Client.FailAsync(server.Url, Client.Environment());
        Assert.Equal(kind, failure.Kind);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}

public sealed class HttpClientsConnectionTests
{
    [Fact]
    public async Task ThatIsRefusedIsUnreachable()
    {
        Uri url;
        await using (var gone = LoopbackServer.Plain(""))
            url = gone.Url;
        HelperException failure = await Client.FailAsync(url, Client.Environment());
        Assert.Equal(FailureKind.Unreachable, failure.Kind);
        Assert.Contains($"localhost:{url.Port} refused the connection", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToANameThatIsNotThereIsUnreachable()
    {
        var exception = new HttpRequestException(
            HttpRequestError.NameResolutionError,
            null,
            new SocketException((int)SocketError.HostNotFound)
        );
        HelperException failure = NetworkFailure.From(exception, new Uri("https://api.ecr.us-east-1.invalid/"))!;
        Assert.Equal(FailureKind.Unreachable, failure.Kind);
        Assert.Contains(
            "the name of api.ecr.us-east-1.invalid:443 cannot be resolved",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ToAServerWithoutTlsIsATlsFailure()
    {
        // Other servers read up to the end of a header, which a handshake does not have, so respond at once.
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
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
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        HelperException failure = await Client.FailAsync(new Uri($"https://127.0.0.1:{port}/"), Client.Environment());
        await serving;
        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Contains($"no TLS connection to 127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CutOffByTheCallersDeadlineIsATimeoutOfTheNamedHost()
    {
        HelperException failure = NetworkFailure.From(
            new OperationCanceledException(),
            new Uri("https://sts.us-east-1.amazonaws.com/")
        )!;
        Assert.Equal(FailureKind.Timeout, failure.Kind);
        Assert.Contains("sts.us-east-1.amazonaws.com:443", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InsideAnExceptionOfAwssClientIsRecognised()
    {
        var wrapped = new AmazonClientException(
            "gone",
            new AggregateException(new SocketException((int)SocketError.HostUnreachable))
        );
        Assert.Equal(FailureKind.Unreachable, NetworkFailure.From(wrapped)!.Kind);
    }

    [Fact]
    public void HasNothingToDoWithOtherExceptions() =>
        Assert.Null(NetworkFailure.From(new AmazonServiceException("AccessDenied")));
}

public sealed class HttpClientsProcessTests
{
    [Fact]
    public async Task ShareTheirConnectionsAndHaveTheirOwnTimeouts()
    {
        using var root = Authority.Root("Test Root CA 1");
        using var folder = new TemporaryFolder();
        await using var server = LoopbackServer.Tls(root.Issue(new("leaf")));
        using var clients = new HttpClients(
            Client.Environment(("AWS_CA_BUNDLE", folder.Write("ca.pem", Authority.Pem(root)))),
            null,
            TimeSpan.FromSeconds(5)
        );
        foreach (int seconds in (int[])[2, 3])
        {
            using HttpClient client = clients.CreateHttpClient(
                new AmazonSecurityTokenServiceConfig
                {
                    RegionEndpoint = RegionEndpoint.USEast1,
                    Timeout = TimeSpan.FromSeconds(seconds),
                }
            );
            Assert.Equal(TimeSpan.FromSeconds(seconds), client.Timeout);
            await client.GetStringAsync(server.Url, TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task ServeAnAwsClientThatDoesNotRetryWhatIsFinal()
    {
        using var root = Authority.Root("Foreign Root");
        using var folder = new TemporaryFolder();
        await using var server = LoopbackServer.Tls(root.Issue(new("leaf")));
        using var clients = new HttpClients(
            Client.Environment(
                ("AWS_CA_BUNDLE", folder.Write("ca.pem", Authority.Pem(Authority.Root("Test Root CA 1"))))
            ),
            null,
            TimeSpan.FromSeconds(5)
        );
        using var sts = new AmazonSecurityTokenServiceClient(
            "AKIDEXAMPLE",
            "secret",
            new AmazonSecurityTokenServiceConfig
            {
                ServiceURL = server.Url.ToString(),
                AuthenticationRegion = "us-east-1",
                HttpClientFactory = clients,
            }
        );
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() =>
            sts.GetCallerIdentityAsync(new(), TestContext.Current.CancellationToken)
        );
        Assert.Equal(FailureKind.Tls, NetworkFailure.From(failure)!.Kind);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task ServeAnAwsClient()
    {
        const string identity =
            "<GetCallerIdentityResponse "
            + "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
            + "<Arn>a</Arn><UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
            + "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
            + "</GetCallerIdentityResponse>";
        await using var server = LoopbackServer.Plain(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {identity.Length}\r\n\r\n{identity}"
        );
        using var clients = new HttpClients(Client.Environment(), null, TimeSpan.FromSeconds(5));
        using var sts = new AmazonSecurityTokenServiceClient(
            "AKIDEXAMPLE",
            "secret",
            new AmazonSecurityTokenServiceConfig
            {
                ServiceURL = server.Url.ToString(),
                AuthenticationRegion = "us-east-1",
                HttpClientFactory = clients,
            }
        );
        Assert.Equal(
            "123456789012",
            (await sts.GetCallerIdentityAsync(new(), TestContext.Current.CancellationToken)).Account
        );
    }
}
