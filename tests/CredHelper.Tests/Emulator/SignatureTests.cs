using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests the responses of ECR and STS to signed calls with one mistake.</summary>
public sealed class SignatureTests : IAsyncLifetime
{
    private EmulatorServer _emulator = null!;

    private SignedCall Ecr => SignedCall.Ecr(_emulator.HttpUrl);

    private SignedCall Sts => SignedCall.Sts(_emulator.HttpUrl, "GetCallerIdentity");

    public async ValueTask InitializeAsync() =>
        _emulator = await EmulatorServer.StartAsync(
            new EmulatorOptions
            {
                AccessKeys =
                [
                    new AccessKey("ASIAEXAMPLE000000009", "third", "123456789012") { SessionToken = "session+token" },
                    new AccessKey("ASIAEXAMPLE000000004", "fourth", "123456789012")
                    {
                        SessionToken = "over",
                        ExpiresAt = DateTimeOffset.UtcNow,
                    },
                ],
            }
        );

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task RightOneIsAccepted()
    {
        Assert.Equal(200, (await Ecr.AnswerAsync()).Status);
        Assert.Equal(200, (await Sts.AnswerAsync()).Status);
    }

    [Fact]
    public async Task WrongSecretIsRefused()
    {
        AccessKey wrong = AccessKey.Known[0] with { Secret = "wrong" };
        await RefusesAsync(
            Ecr with
            {
                Key = wrong,
            },
            "InvalidSignatureException",
            "The request signature we calculated does not match"
        );
        await RefusesAsync(
            Sts with
            {
                Key = wrong,
            },
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match"
        );
    }

    [Fact]
    public async Task UnknownKeyIsRefused()
    {
        AccessKey unknown = new("AKIDEXAMPLE999999999", "secret", "123456789012");
        await RefusesAsync(
            Ecr with
            {
                Key = unknown,
            },
            "UnrecognizedClientException",
            "The security token included in the request is invalid."
        );
        await RefusesAsync(
            Sts with
            {
                Key = unknown,
            },
            "InvalidClientTokenId",
            "The security token included in the request is invalid."
        );
    }

    [Theory]
    [InlineData(-16, "Signature expired: ")]
    [InlineData(16, "Signature not yet current: ")]
    public async Task TimeOutsideOfTheWindowIsRefused(int minutes, string message)
    {
        DateTimeOffset time = DateTimeOffset.UtcNow.AddMinutes(minutes);
        await RefusesAsync(Ecr with { Time = time }, "InvalidSignatureException", message);
        await RefusesAsync(Sts with { Time = time }, "SignatureDoesNotMatch", message);
    }

    [Fact]
    public async Task TimeWithinTheWindowIsAccepted() =>
        Assert.Equal(200, (await (Ecr with { Time = DateTimeOffset.UtcNow.AddMinutes(-14) }).AnswerAsync()).Status);

    [Fact]
    public async Task WindowFollowsTheEmulatedClock()
    {
        _emulator.Clock.Offset = TimeSpan.FromHours(3);
        await RefusesAsync(Ecr, "InvalidSignatureException", "Signature expired: ");
        Assert.Equal(200, (await (Ecr with { Time = _emulator.Clock.Now }).AnswerAsync()).Status);
    }

    [Fact]
    public async Task ScopeOfAnotherServiceIsRefused()
    {
        await RefusesAsync(
            Ecr with
            {
                SigningName = "ecr-public",
            },
            "InvalidSignatureException",
            "scoped to correct service: 'ecr'"
        );
        await RefusesAsync(
            Sts with
            {
                SigningName = "ecr",
            },
            "SignatureDoesNotMatch",
            "scoped to correct service: 'sts'"
        );
    }

    [Fact]
    public async Task ScopeOfAnotherRegionIsRefused()
    {
        SignedCall call = Ecr with { Host = "api.ecr.us-east-1.amazonaws.com", Region = "us-east-1" };
        Assert.Equal(200, (await call.AnswerAsync()).Status);
        await RefusesAsync(call with { Region = "us-east-2" }, "InvalidSignatureException", "scoped to a valid region");
        await RefusesAsync(
            Ecr with
            {
                Region = "s3-website-us-east-1",
            },
            "InvalidSignatureException",
            "scoped to a valid region"
        );
        await RefusesAsync(
            SignedCall.EcrPublic(_emulator.HttpUrl) with
            {
                Region = "us-west-2",
            },
            "InvalidSignatureException",
            "scoped to a valid region"
        );
    }

    [Fact]
    public async Task ChangedBodyIsRefused() =>
        await RefusesAsync(
            Ecr with
            {
                SentBody = """{"registryIds":["210987654321"]}""",
            },
            "InvalidSignatureException",
            "does not match"
        );

    [Fact]
    public async Task UnsignedCallIsRefused()
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, _emulator.HttpUrl);
        request.Headers.Add("X-Amz-Target", Ecr.Target);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(
            "MissingAuthenticationTokenException",
            Assert.Single(response.Headers.GetValues("x-amzn-ErrorType"))
        );
    }

    [Fact]
    public async Task SessionNeedsItsToken()
    {
        SignedCall session = Ecr with { Key = new AccessKey("ASIAEXAMPLE000000009", "third", "") };
        Assert.Equal(200, (await (session with { SessionToken = "session+token" }).AnswerAsync()).Status);
        await RefusesAsync(session, "UnrecognizedClientException", "invalid");
        await RefusesAsync(session with { SessionToken = "another" }, "UnrecognizedClientException", "invalid");
        await RefusesAsync(Ecr with { SessionToken = "session+token" }, "UnrecognizedClientException", "invalid");
    }

    [Fact]
    public async Task SessionThatIsOverIsRefused()
    {
        SignedCall ecr = Ecr with { Key = new AccessKey("ASIAEXAMPLE000000004", "fourth", ""), SessionToken = "over" };
        await RefusesAsync(ecr, "ExpiredTokenException", "The security token included in the request is expired");
        await RefusesAsync(Sts with { Key = ecr.Key, SessionToken = "over" }, "ExpiredToken", "expired");
    }

    private static async Task RefusesAsync(SignedCall call, string code, string message)
    {
        (int status, string body) = await call.AnswerAsync();
        bool isJson = call.Target is not null;
        Assert.Equal(isJson ? 400 : 403, status);
        Assert.Contains(isJson ? $"\"__type\":\"{code}\"" : $"<Code>{code}</Code>", body, StringComparison.Ordinal);
        Assert.Contains(message, body, StringComparison.Ordinal);
    }
}
