using System.Text;
using System.Text.Json;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests the tokens that GetAuthorizationToken of ECR and ECR Public returns.</summary>
public sealed class EcrServiceTests : IAsyncLifetime
{
    private EmulatorServer _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorServer.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task LookLikeThoseOfEcr()
    {
        using HttpResponseMessage response = await SignedCall.Ecr(_emulator.HttpUrl).SendAsync();
        IssuedToken token = IssuedToken.Read(
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        )[0];

        Assert.Equal("application/x-amz-json-1.1", response.Content.Headers.ContentType?.ToString());
        Assert.True(Guid.TryParse(Assert.Single(response.Headers.GetValues("x-amzn-RequestId")), out _));
        Assert.Equal("https://123456789012.dkr.ecr.eu-central-1.amazonaws.com", token.ProxyEndpoint);
        Assert.Equal(3, token.ExpiresAt.Scale);
        Assert.InRange(token.ExpiresAt - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 43190, 43210);
        Assert.InRange(token.Password.Length, 2400, 2600);
        using JsonDocument content = JsonDocument.Parse(
            Encoding.UTF8.GetString(Convert.FromBase64String(token.Password))
        );
        Assert.Equal("2", content.RootElement.GetProperty("version").GetString());
        Assert.Equal("DATA_KEY", content.RootElement.GetProperty("type").GetString());
        Assert.Equal((long)token.ExpiresAt, content.RootElement.GetProperty("expiration").GetInt64());
    }

    [Fact]
    public async Task AreUnique() =>
        Assert.NotEqual(
            (await IssuedToken.AskAsync(SignedCall.Ecr(_emulator.HttpUrl))).Password,
            (await IssuedToken.AskAsync(SignedCall.Ecr(_emulator.HttpUrl))).Password
        );

    [Fact]
    public async Task AreGivenForEveryRegistryId()
    {
        (_, string body) = await (
            SignedCall.Ecr(_emulator.HttpUrl) with
            {
                Body = """{"registryIds":["210987654321","111122223333"]}""",
            }
        ).AnswerAsync();

        Assert.Equal(
            [
                "https://210987654321.dkr.ecr.eu-central-1.amazonaws.com",
                "https://111122223333.dkr.ecr.eu-central-1.amazonaws.com",
            ],
            IssuedToken.Read(body).Select(token => token.ProxyEndpoint)
        );
    }

    [Theory]
    [InlineData("""{"registryIds":["12345"]}""", "InvalidParameterException")]
    [InlineData("""{"registryIds":[]}""", "InvalidParameterException")]
    [InlineData("""{"registryIds":"123456789012"}""", "SerializationException")]
    [InlineData("no json", "SerializationException")]
    public async Task AreRefusedForBadArguments(string arguments, string code)
    {
        (int status, string body) = await (SignedCall.Ecr(_emulator.HttpUrl) with { Body = arguments }).AnswerAsync();

        Assert.Equal(400, status);
        Assert.Contains(code, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfEcrPublicNameNoEndpoint()
    {
        IssuedToken token = await IssuedToken.AskAsync(SignedCall.EcrPublic(_emulator.HttpUrl));

        Assert.Null(token.ProxyEndpoint);
        Assert.InRange(token.Password.Length, 2400, 2600);
    }

    [Fact]
    public async Task AreCountedByService()
    {
        await IssuedToken.AskAsync(SignedCall.Ecr(_emulator.HttpUrl));
        await IssuedToken.AskAsync(SignedCall.EcrPublic(_emulator.HttpUrl));

        Assert.Equal(1, _emulator.CallCount("ecr"));
        Assert.Equal(1, _emulator.CallCount("ecr-public", "GetAuthorizationToken"));
        RecordedCall call = _emulator.Calls[0];
        Assert.Equal(("ecr", "GetAuthorizationToken", 200), (call.Service, call.Operation, call.Status));
        Assert.Equal(("AKIDEXAMPLE000000001", "eu-central-1"), (call.AccessKeyId, call.Region));
        Assert.Equal(new Uri(_emulator.HttpUrl).Authority, call.Host);
        _emulator.Reset();
        Assert.Empty(_emulator.Calls);
    }
}
