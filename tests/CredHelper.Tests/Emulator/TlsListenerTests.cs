using System.Security.Authentication;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests the certificate that the emulator creates.</summary>
public sealed class TlsListenerTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("api.ecr.eu-central-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.eu-central-1.amazonaws.com")]
    public async Task IsTrustedUnderItsNames(string host)
    {
        await using EmulatorServer emulator = await StartAsync();
        using HttpClient client = TestTls.Client(emulator);
        Assert.Equal("0", await client.GetStringAsync(CountUrl(emulator, host), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task IsNotTrustedUnderAnother()
    {
        await using EmulatorServer emulator = await StartAsync();
        using HttpClient client = TestTls.Client(emulator);
        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetStringAsync(
                CountUrl(emulator, "api.ecr.eu-west-1.amazonaws.com"),
                TestContext.Current.CancellationToken
            )
        );
        Assert.IsType<AuthenticationException>(refusal.InnerException);
    }

    private static Task<EmulatorServer> StartAsync() =>
        EmulatorServer.StartAsync(
            new EmulatorOptions
            {
                HttpPort = null,
                HttpsPort = 0,
                DnsNames = ["api.ecr.eu-central-1.amazonaws.com", "*.dkr.ecr.eu-central-1.amazonaws.com"],
            },
            TestContext.Current.CancellationToken
        );

    private static Uri CountUrl(EmulatorServer emulator, string host) =>
        new UriBuilder(emulator.HttpsUrl) { Host = host, Path = "/_emulator/calls/count" }.Uri;
}
