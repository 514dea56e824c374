using System.Buffers.Text;
using System.Text;
using Amazon.Runtime;
using CredHelper.Aws.Ecr;
using CredHelper.Aws.Sources;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Configuration;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>The claims of an OIDC token, and the effects of its expiry.</summary>
public sealed class WebIdentityTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"exp":1795435200}""", 1795435200L)]
    [InlineData("""{"exp":1795435200.75}""", 1795435200L)]
    [InlineData("""{"exp":1.7954352e9}""", 1795435200L)]
    [InlineData("""{"exp":"1795435200"}""", null)]
    [InlineData("""{"exp":-5}""", null)]
    [InlineData("""{"exp":1e300}""", null)]
    [InlineData("""{"exp":null}""", null)]
    [InlineData("{}", null)]
    [InlineData("[1]", null)]
    [InlineData("no JSON", null)]
    public void EndsAsItSays(string claims, long? expiry) =>
        Assert.Equal(expiry, Of(claims).Expiry?.ToUnixTimeSeconds());

    [Theory]
    [InlineData("a.b")]
    [InlineData("a.%.c")]
    [InlineData("plain")]
    public void SaysNothingWhereItIsNone(string token)
    {
        Assert.Null(Read(token).Expiry);
        Assert.Equal("", Read(token).Claims);
    }

    [Fact]
    public void TellsWhatATrustPolicyLooksAt()
    {
        Assert.Equal(
            "iss https://gitlab.example.com, aud first, sub project_path:g/a",
            Of(
                """{"iss":"https://gitlab.example.com","aud":["first","second"],"sub":"project_path:g/a","exp":1}"""
            ).Claims
        );
        Assert.Equal("sub a b", Of("""{"iss":7,"aud":[],"sub":"a \u001bb"}""").Claims);
        Assert.DoesNotContain("secret", Read("a.secret.b").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfAVariableCapsWhatIsHadForIt()
    {
        await using SignedInHome home = await SignedInHome.StartAsync();
        DateTimeOffset end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 900);
        string token = Token($$"""{"iss":"i","aud":"a","sub":"s","exp":{{end.ToUnixTimeSeconds()}}}""");
        AwsIdentity identity = await home.ResolveAsync(
            ("AWS_WEB_IDENTITY_TOKEN", token + "\n"),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/job")
        );
        Assert.Equal(end, identity.NotAfter);
        Assert.Equal([new Dependency(DependencyKind.Variable, "AWS_WEB_IDENTITY_TOKEN")], identity.Dependencies);
        Assert.Equal(
            "role arn:aws:iam::123456789012:role/job via web identity token AWS_WEB_IDENTITY_TOKEN",
            identity.Source
        );

        AwsIdentity role = await new CredentialPlanner(
            home.Setup(("AWS_WEB_IDENTITY_TOKEN", token), ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/job"))
        )
            .Plan(IdentityChoice.Ambient with { RoleArn = "arn:aws:iam::123456789012:role/next" })
            .Source.ResolveAsync(TestContext.Current.CancellationToken);
        Assert.Equal(end, role.NotAfter);
        Assert.Equal(identity.Dependencies, role.Dependencies);
    }

    [Fact]
    public async Task OfAFileIsRenewedByItsPlatform()
    {
        await using SignedInHome home = await SignedInHome.StartAsync();
        string path = home.Write(
            "token",
            Token($$"""{"iss":"i","aud":"a","sub":"s","exp":{{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 900}}}""")
                + "\n"
        );
        AwsIdentity identity = await home.ResolveAsync(
            ("AWS_WEB_IDENTITY_TOKEN_FILE", path),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
        );
        Assert.Null(identity.NotAfter);
        Assert.Equal([new Dependency(DependencyKind.File, path)], identity.Dependencies);
    }

    [Theory]
    [InlineData(900, 0, 900)]
    [InlineData(900, 300, 1200)]
    [InlineData(50000, 0, 43200)]
    [InlineData(-1, 0, -1)]
    [InlineData(null, 0, 43200)]
    public void CutsTheLifeOfARegistryToken(int? end, int serverIsBehind, int life)
    {
        var identity = new AwsIdentity(new BasicAWSCredentials("id", "secret"), "test")
        {
            NotAfter = end is { } seconds ? Now.AddSeconds(seconds) : null,
        };
        var response = new AuthorizationTokenResponse
        {
            AuthorizationToken = Convert.ToBase64String("AWS:secret"u8),
            ExpiresAt = Now.AddSeconds(43200 - serverIsBehind),
            Date = Now.AddSeconds(-serverIsBehind),
        };
        Assert.True(EcrRegistry.TryParse("123456789012.dkr.ecr.us-east-1.amazonaws.com", out EcrRegistry? registry));
        Assert.Equal(TimeSpan.FromSeconds(life), TokenAnswer.Judge(response, registry, identity, Now).Life);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(0)]
    [InlineData(3600)]
    public void CutsTheLifeByALengthWhateverTheClockOfTheServer(int serverIsAhead)
    {
        var identity = new AwsIdentity(new BasicAWSCredentials("id", "secret"), "test")
        {
            LongestLife = TimeSpan.FromMinutes(5),
        };
        var response = new AuthorizationTokenResponse
        {
            AuthorizationToken = Convert.ToBase64String("AWS:secret"u8),
            ExpiresAt = Now.AddSeconds(43200 + serverIsAhead),
            Date = Now.AddSeconds(serverIsAhead),
        };
        IssuedToken token = TokenAnswer.Judge(response, Sample.Registry, identity, Now);
        Assert.Equal(TimeSpan.FromMinutes(5), token.Life);
    }

    private static string Token(string claims) =>
        $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln";

    private static WebIdentityToken Of(string claims) => Read(Token(claims));

    private static WebIdentityToken Read(string token) =>
        WebIdentityToken.Read(
            new EnvironmentSnapshot(new Dictionary<string, string> { ["TOKEN"] = token }),
            new Dependency(DependencyKind.Variable, "TOKEN"),
            "TOKEN"
        );
}
