using System.Text;
using Amazon.Runtime;
using CredHelper.Aws.Ecr;
using CredHelper.Aws.Sources;
using CredHelper.Errors;
using CredHelper.Registry;
using CsCheck;

namespace CredHelper.Tests.Aws.Ecr;

/// <summary>Responses of GetAuthorizationToken.</summary>
public sealed class EcrClientTests
{
    private static readonly AwsIdentity Identity = new(new AnonymousAWSCredentials(), "the test");
    private static readonly string Token = Convert.ToBase64String("AWS:secret:with:colons"u8);

    private static AuthorizationTokenResponse Parse(string json) =>
        AuthorizationTokenUnmarshaller.Parse(Encoding.UTF8.GetBytes(json));

    private static IssuedToken Judge(AuthorizationTokenResponse response) =>
        TokenAnswer.Judge(response, Sample.Registry, Identity, Clock.Noon);

    private static AuthorizationTokenResponse Answer(string? token = null) =>
        new()
        {
            AuthorizationToken = token ?? Token,
            ExpiresAt = Clock.Noon.AddHours(12),
            Date = Clock.Noon,
            ProxyEndpoint = "https://" + Sample.Host,
        };

    [Theory]
    [InlineData(
        """{"authorizationData":[{"authorizationToken":"T","expiresAt":1772409600.5,"proxyEndpoint":"https://x"}]}"""
    )]
    [InlineData(
        """{"authorizationData":{"authorizationToken":"T","expiresAt":1772409600.5,"proxyEndpoint":"https://x"}}"""
    )]
    [InlineData(
        """
            {"extra":[],"authorizationData":[{"authorizationToken":"T","expiresAt":"2026-03-02T00:00:00.5Z",
             "proxyEndpoint":"https://x","more":1},{}]}
            """
    )]
    public void IsReadInEveryDocumentedShape(string json)
    {
        AuthorizationTokenResponse response = Parse(json);
        Assert.Equal(("T", "https://x"), (response.AuthorizationToken, response.ProxyEndpoint));
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 0, 0, 0, 500, TimeSpan.Zero), response.ExpiresAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("""{"authorizationData":null}""")]
    [InlineData("""{"authorizationData":[]}""")]
    [InlineData("""{"authorizationData":[null]}""")]
    [InlineData("""{"authorizationData":"x"}""")]
    [InlineData("""{"authorizationData":[{}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"T"}]}""")]
    [InlineData("""{"authorizationData":[{"expiresAt":1}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":5,"expiresAt":1}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"T","expiresAt":null}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"T","expiresAt":"soon"}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"T","expiresAt":1e300}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"T","expiresAt":-1e999}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"\ud800","expiresAt":1}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"T","expiresAt":1,"proxyEndpoint":[]}]}""")]
    [InlineData("""{"authorizationData":[{"authorizationToken":"T","expiresAt":1}]""")]
    public void ThatIsMalformedIsAnErrorAndNeverACrash(string json)
    {
        HelperException failure = Assert.Throws<HelperException>(() => Parse(json));
        Assert.Equal(FailureKind.BadResponse, failure.Kind);
        Assert.NotNull(failure.Hint);
    }

    [Fact]
    public void ThatIsNestedTooDeeplyIsAnError() =>
        Assert.Equal(
            FailureKind.BadResponse,
            Assert.Throws<HelperException>(() => Parse("{\"authorizationData\":" + new string('[', 100_000))).Kind
        );

    [Fact]
    public void NeverCrashesUs() =>
        Sample
            .OneOf(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"authorizationData\"",
                "\"authorizationToken\"",
                "\"expiresAt\"",
                "\"\\ud800\"",
                "\"x\"",
                "1e99",
                "-1",
                "null"
            )
            .Array[0, 20]
            .Sample(
                parts =>
                {
                    try
                    {
                        _ = Parse("{\"authorizationData\":[{" + string.Concat(parts));
                    }
                    catch (HelperException exception)
                    {
                        Assert.Equal(FailureKind.BadResponse, exception.Kind);
                    }
                },
                iter: 3000
            );

    [Fact]
    public void SplitsUserAndSecretAtTheFirstColon()
    {
        IssuedToken token = Judge(Answer());
        Assert.Equal(("AWS", "secret:with:colons"), (token.Username, token.Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("QVdT")]
    [InlineData("QVdTOg==")]
    [InlineData("OnNlY3JldA==")]
    public void WithoutUserAndSecretIsAnError(string token)
    {
        HelperException failure = Assert.Throws<HelperException>(() => Judge(Answer(token)));
        Assert.Equal((FailureKind.BadResponse, "the test"), (failure.Kind, failure.IdentitySource));
        Assert.DoesNotContain(token.Length > 0 ? token : "\0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutATokenIsAnError() =>
        Assert.Equal(
            FailureKind.BadResponse,
            Assert.Throws<HelperException>(() => Judge(new AuthorizationTokenResponse())).Kind
        );

    [Fact]
    public void CountsItsLifeByTheServersClock()
    {
        AuthorizationTokenResponse answer = Answer();
        answer.Date = Clock.Noon.AddYears(-3);
        answer.ExpiresAt = Clock.Noon.AddYears(-3).AddHours(12);
        Assert.Equal(TimeSpan.FromHours(12), Judge(answer).Life);
    }

    [Fact]
    public void WithoutADateCountsByOurs()
    {
        AuthorizationTokenResponse answer = Answer();
        answer.Date = null;
        Assert.Equal(TimeSpan.FromHours(12), Judge(answer).Life);
    }

    [Fact]
    public void EndsWithTheCredentialsItWasHadWithWhereTheyEndFirst() =>
        Assert.Equal(
            TimeSpan.FromHours(1),
            TokenAnswer
                .Judge(Answer(), Sample.Registry, Identity with { NotAfter = Clock.Noon.AddHours(1) }, Clock.Noon)
                .Life
        );

    [Theory]
    [InlineData("https://123456789012.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("https://123456789012.dkr-ecr.us-east-1.on.aws")]
    [InlineData("https://123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/")]
    public void MayNameItsRegistryWithAnotherSuffix(string endpoint) =>
        TokenAnswer.RequireSameRegistry(endpoint, Sample.Registry, Identity);

    [Theory]
    [InlineData("https://210987654321.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("https://123456789012.dkr.ecr.us-east-2.amazonaws.com")]
    [InlineData("https://public.ecr.aws")]
    [InlineData("https://evil.example")]
    [InlineData("http://123456789012.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("")]
    [InlineData(null)]
    public void ForAnotherAccountOrRegionIsAnError(string? endpoint) =>
        Assert.Equal(
            FailureKind.BadResponse,
            Assert
                .Throws<HelperException>(() => TokenAnswer.RequireSameRegistry(endpoint, Sample.Registry, Identity))
                .Kind
        );

    [Fact]
    public void OfEcrPublicNamesNoRegistry() =>
        TokenAnswer.RequireSameRegistry(null, EcrRegistry.PublicGallery, Identity);
}
