using System.Net;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests the emulator's forward proxy with .NET's HTTP client.</summary>
public sealed class ForwardProxyTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private EmulatorServer _emulator = null!;

    public async ValueTask InitializeAsync() =>
        _emulator = await EmulatorServer.StartAsync(
            new EmulatorOptions
            {
                HttpsPort = 0,
                DnsNames = ["registry.example"],
                ProxyLogin = "user:password",
            },
            TestContext.Current.CancellationToken
        );

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("http://registry.example/v2/", "GET http://registry.example/v2/")]
    [InlineData("https://registry.example/v2/", "CONNECT registry.example:443")]
    public async Task LeadsToTheEmulatorWhateverHostIsNamed(string url, string operation)
    {
        using HttpClient client = Client(new NetworkCredential("user", "password"));
        using HttpResponseMessage response = await client.GetAsync(new Uri(url), Cancellation);
        Assert.Contains("Docker-Distribution-Api-Version", response.Headers.Select(header => header.Key));
        // .NET sends the credentials only after a challenge.
        Assert.Equal([operation, operation], _emulator.Calls.Where(IsOfProxy).Select(call => call.Operation));
    }

    [Theory]
    [InlineData(null, 407)]
    [InlineData(403, 403)]
    public async Task RefusesWithoutItsLoginOrByAFault(int? fault, int status)
    {
        if (fault is not null)
        {
            _emulator.Faults.Add(
                new Fault
                {
                    Service = "proxy",
                    Kind = FaultKind.Status,
                    Status = fault,
                }
            );
        }

        using HttpClient client = Client(credentials: null);
        using HttpResponseMessage response = await client.GetAsync(
            new Uri("http://registry.example/v2/"),
            Cancellation
        );
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status, Assert.Single(_emulator.Calls).Status);
    }

    private static bool IsOfProxy(RecordedCall call) => call.Service == "proxy";

    private HttpClient Client(NetworkCredential? credentials) =>
        new(
            new SocketsHttpHandler
            {
                Proxy = new WebProxy(_emulator.ProxyUrl) { Credentials = credentials },
                SslOptions = { CertificateChainPolicy = TestTls.TrustIn(_emulator) },
            }
        );
}
