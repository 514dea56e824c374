using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests which credentials the registry of an ECR account accepts.</summary>
public sealed class RegistryGateTests : IAsyncLifetime
{
    private const string OwnHost = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";

    private readonly HttpClient _client = new();
    private EmulatorServer _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Theory]
    [InlineData(OwnHost)]
    [InlineData(OwnHost + ":8443")]
    [InlineData("123456789012.dkr-ecr.eu-central-1.on.aws")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:5000")]
    public async Task AdmitsAnIssuedToken(string host)
    {
        IssuedToken token = await IssuedToken.AskAsync(SignedCall.Ecr(_emulator.HttpUrl));
        using HttpResponseMessage response = await AskAsync(host, token.BasicParameter);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("registry/2.0", Assert.Single(response.Headers.GetValues("Docker-Distribution-Api-Version")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not base64")]
    [InlineData("QVdTOnVua25vd24=")]
    public async Task ChallengesWithoutOne(string? parameter)
    {
        using HttpResponseMessage response = await AskAsync(OwnHost + ":8443", parameter);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            $"Basic realm=\"https://{OwnHost}:8443/\",service=\"ecr.amazonaws.com\"",
            Assert.Single(response.Headers.GetValues("Www-Authenticate"))
        );
        Assert.Equal("Not Authorized\n", await BodyAsync(response));
    }

    [Fact]
    public async Task ChallengesOtherUserNames()
    {
        IssuedToken token = await IssuedToken.AskAsync(SignedCall.Ecr(_emulator.HttpUrl));
        using HttpResponseMessage response = await AskAsync(
            OwnHost,
            Convert.ToBase64String(Encoding.UTF8.GetBytes("aws:" + token.Password))
        );
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task ChallengesTokensOfEcrPublic()
    {
        IssuedToken token = await IssuedToken.AskAsync(SignedCall.EcrPublic(_emulator.HttpUrl));
        using HttpResponseMessage response = await AskAsync("localhost", token.BasicParameter);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task RefusesExpiredToken()
    {
        IssuedToken token = await IssuedToken.AskAsync(SignedCall.Ecr(_emulator.HttpUrl));
        _emulator.Clock.Advance(TimeSpan.FromHours(12));
        using HttpResponseMessage response = await AskAsync(OwnHost, token.BasicParameter);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(
            """{"errors":[{"code":"DENIED","message":"Your authorization token has expired. """
                + """Reauthenticate and try again."}]}""",
            await BodyAsync(response)
        );
    }

    [Fact]
    public async Task RefusesTokenOfAnotherAccount()
    {
        IssuedToken token = await IssuedToken.AskAsync(
            SignedCall.Ecr(_emulator.HttpUrl) with
            {
                Key = AccessKey.Known[1],
            }
        );
        using HttpResponseMessage response = await AskAsync(OwnHost, token.BasicParameter);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("\"DENIED\"", await BodyAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsRecordedAndFaulted()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Throttle,
                Service = "registry",
                Operation = "GET /v2/",
            }
        );
        using HttpResponseMessage response = await AskAsync(OwnHost, null);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        RecordedCall call = Assert.Single(_emulator.Calls);
        Assert.Equal(("registry", "GET /v2/", OwnHost, 429), (call.Service, call.Operation, call.Host, call.Status));
    }

    private async Task<HttpResponseMessage> AskAsync(string host, string? parameter)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, _emulator.HttpUrl + "/v2/");
        request.Headers.Host = host;
        if (parameter is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", parameter);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<string> BodyAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
