using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests the sessions that STS issues or refuses.</summary>
public sealed class StsServiceTests : IAsyncLifetime
{
    private const string Puller = "arn:aws:iam::333344445555:role/puller";
    private static readonly string[] Audiences = ["https://gitlab.example"];
    private static readonly XNamespace Ns = "https://sts.amazonaws.com/doc/2011-06-15/";

    private EmulatorServer _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorServer.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task SignsForItsOwnAccount()
    {
        XElement answer = await AcceptedAsync(AssumeRole(Puller));
        SignedCall call = Signed(SignedCall.Ecr(_emulator.HttpUrl), answer);

        Assert.StartsWith("ASIA", call.Key.Id, StringComparison.Ordinal);
        Assert.Equal(
            "https://333344445555.dkr.ecr.eu-central-1.amazonaws.com",
            (await IssuedToken.AskAsync(call)).ProxyEndpoint
        );
        XElement who = await AcceptedAsync(Signed(SignedCall.Sts(_emulator.HttpUrl, "GetCallerIdentity"), answer));
        Assert.Equal("arn:aws:sts::333344445555:assumed-role/puller/test", Text(who, "Arn"));
        Assert.Equal("333344445555", Text(who, "Account"));
    }

    [Fact]
    public async Task EndsWithItsDuration()
    {
        XElement answer = await AcceptedAsync(AssumeRole(Puller, ("DurationSeconds", "900")));
        Assert.Equal(
            900,
            (DateTimeOffset.Parse(Text(answer, "Expiration"), null) - DateTimeOffset.UtcNow).TotalSeconds,
            10.0
        );

        _emulator.Clock.Advance(TimeSpan.FromSeconds(901));
        (int status, string body) = await Signed(SignedCall.Ecr(_emulator.HttpUrl), answer).AnswerAsync();
        Assert.Equal(400, status);
        Assert.Contains("ExpiredTokenException", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("denied-role", null, "AccessDenied", 403)]
    [InlineData("external-4711", null, "AccessDenied", 403)]
    [InlineData("external-4711", "4712", "AccessDenied", 403)]
    [InlineData("bad name", null, "ValidationError", 400)]
    public async Task IsRefused(string role, string? externalId, string code, int expected)
    {
        (int status, string body) = await (
            externalId is null
                ? AssumeRole("arn:aws:iam::333344445555:role/" + role)
                : AssumeRole("arn:aws:iam::333344445555:role/" + role, ("ExternalId", externalId))
        ).AnswerAsync();

        Assert.Equal(expected, status);
        XElement error = XElement.Parse(body);
        Assert.Equal(Ns + "ErrorResponse", error.Name);
        Assert.Equal(code, Text(error, "Code"));
        Assert.Equal("Sender", Text(error, "Type"));
    }

    [Fact]
    public async Task IsGivenForTheRightExternalId() =>
        await AcceptedAsync(AssumeRole("arn:aws:iam::333344445555:role/my-external-4711", ("ExternalId", "4711")));

    [Theory]
    [InlineData("899")]
    [InlineData("43201")]
    public async Task RefusesDurationOutOfRange(string seconds) =>
        Assert.Contains(
            "ValidationError",
            (await AssumeRole(Puller, ("DurationSeconds", seconds)).AnswerAsync()).Body,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task ChainedIsAtMostAnHour()
    {
        XElement first = await AcceptedAsync(AssumeRole(Puller));
        SignedCall chained = Signed(
            AssumeRole("arn:aws:iam::111122223333:role/second", ("DurationSeconds", "3601")),
            first
        );
        Assert.Contains("role chaining", (await chained.AnswerAsync()).Body, StringComparison.Ordinal);
        await AcceptedAsync(Signed(AssumeRole("arn:aws:iam::111122223333:role/second"), first));
    }

    [Fact]
    public async Task IsGivenForAWebIdentity()
    {
        XElement answer = await AcceptedAsync(AssumeWithWebIdentity(Jwt(DateTimeOffset.UtcNow.AddMinutes(5))));

        Assert.Equal("project_path:group/app:ref_type:branch:ref:main", Text(answer, "SubjectFromWebIdentityToken"));
        Assert.Equal("https://gitlab.example", Text(answer, "Audience"));
        IssuedToken token = await IssuedToken.AskAsync(Signed(SignedCall.Ecr(_emulator.HttpUrl), answer));
        Assert.StartsWith("https://333344445555.", token.ProxyEndpoint, StringComparison.Ordinal);
        Assert.Null(_emulator.Calls[0].AccessKeyId);
    }

    [Fact]
    public async Task IsRefusedForAWebIdentityThatIsOver() =>
        await RefusesTokenAsync(Jwt(DateTimeOffset.UtcNow), "ExpiredTokenException");

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30")]
    public async Task IsRefusedForGarbage(string token) => await RefusesTokenAsync(token, "InvalidIdentityToken");

    [Fact]
    public async Task UnknownActionIsNamed()
    {
        (int status, string body) = await SignedCall.Sts(_emulator.HttpUrl, "Bogus").AnswerAsync();
        Assert.Equal(400, status);
        Assert.Equal("InvalidAction", Text(XElement.Parse(body), "Code"));
    }

    private SignedCall AssumeRole(string role, params (string, string)[] more) =>
        SignedCall.Sts(_emulator.HttpUrl, "AssumeRole", [("RoleArn", role), ("RoleSessionName", "test"), .. more]);

    /// <summary>A call with an invalid signature, which STS ignores here.</summary>
    private SignedCall AssumeWithWebIdentity(string token) =>
        SignedCall.Sts(
            _emulator.HttpUrl,
            "AssumeRoleWithWebIdentity",
            ("RoleArn", Puller),
            ("RoleSessionName", "test"),
            ("WebIdentityToken", token)
        ) with
        {
            IsSigned = false,
        };

    private async Task RefusesTokenAsync(string token, string code)
    {
        (int status, string body) = await AssumeWithWebIdentity(token).AnswerAsync();
        Assert.Equal(400, status);
        Assert.Equal(code, Text(XElement.Parse(body), "Code"));
    }

    private static async Task<XElement> AcceptedAsync(SignedCall call)
    {
        (int status, string body) = await call.AnswerAsync();
        Assert.True(status == 200, body);
        return XElement.Parse(body);
    }

    private static SignedCall Signed(SignedCall call, XElement credentials) =>
        call with
        {
            Key = new AccessKey(Text(credentials, "AccessKeyId"), Text(credentials, "SecretAccessKey"), ""),
            SessionToken = Text(credentials, "SessionToken"),
            Time = DateTimeOffset.UtcNow,
        };

    private static string Text(XElement answer, string name) => answer.Descendants(Ns + name).First().Value;

    private static string Jwt(DateTimeOffset expiry) =>
        string.Join(
            '.',
            Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8),
            Base64Url.EncodeToString(
                Encoding.UTF8.GetBytes(
                    JsonSerializer.Serialize(
                        new
                        {
                            iss = "https://gitlab.example",
                            sub = "project_path:group/app:ref_type:branch:ref:main",
                            aud = Audiences,
                            exp = expiry.ToUnixTimeSeconds(),
                        }
                    )
                )
            ),
            "c2lnbmF0dXJl"
        );
}
