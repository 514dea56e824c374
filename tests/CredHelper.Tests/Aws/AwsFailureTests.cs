using System.Net;
using Amazon.Runtime;
using CredHelper.Aws;
using CredHelper.Aws.Ecr;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws;

/// <summary>Exceptions of AWS calls, explained for users.</summary>
public sealed class AwsFailureTests
{
    private const string Action = "ecr:GetAuthorizationToken";

    private static HelperException Explain(
        string? code,
        string? message = "what AWS said",
        HttpStatusCode status = HttpStatusCode.BadRequest,
        string action = Action
    ) =>
        AwsFailure.Explain(
            new EcrServiceException(message, null, ErrorType.Sender, code, "id", status),
            action,
            "the test"
        );

    [Theory]
    [InlineData("ExpiredToken", "ExpiredCredentials", "sign in again")]
    [InlineData("ExpiredTokenException", "ExpiredCredentials", "sign in again")]
    [InlineData("AccessDenied", "AccessDenied", "allow ecr:GetAuthorizationToken")]
    [InlineData("AccessDeniedException", "AccessDenied", "allow ecr:GetAuthorizationToken")]
    [InlineData("UnauthorizedOperation", "AccessDenied", "allow ecr:GetAuthorizationToken")]
    [InlineData("UnrecognizedClientException", "AccessDenied", "AWS_SESSION_TOKEN")]
    [InlineData("InvalidClientTokenId", "AccessDenied", "deleted or mistyped key")]
    [InlineData("InvalidSignatureException", "AccessDenied", "AWS_SECRET_ACCESS_KEY")]
    [InlineData("SignatureDoesNotMatch", "AccessDenied", "AWS_SECRET_ACCESS_KEY")]
    [InlineData("RequestExpired", "ClockSkew", "set the clock")]
    [InlineData("RequestTimeTooSkewed", "ClockSkew", "set the clock")]
    [InlineData("RequestInTheFuture", "ClockSkew", "set the clock")]
    [InlineData("Throttling", "Throttled", "try again")]
    [InlineData("ThrottlingException", "Throttled", "try again")]
    [InlineData("TooManyRequestsException", "Throttled", "try again")]
    [InlineData("RequestLimitExceeded", "Throttled", "try again")]
    [InlineData("ServerException", "Other", "check the endpoint")]
    [InlineData("", "Other", "check the endpoint")]
    [InlineData(null, "Other", "check the endpoint")]
    public void ByItsCodeHasAKindAndAHint(string? code, string kind, string hint)
    {
        HelperException explained = Explain(code);
        Assert.Equal(kind, explained.Kind.ToString());
        Assert.Contains(hint, explained.Hint, StringComparison.Ordinal);
        Assert.Equal("the test", explained.IdentitySource);
    }

    [Theory]
    [InlineData("Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z")]
    [InlineData("Signature not yet current: 20260301T120000Z is still later than 20260301T114500Z")]
    public void OfASignatureWithAWrongTimeIsTheClock(string said) =>
        Assert.Equal(FailureKind.ClockSkew, Explain("InvalidSignatureException", said).Kind);

    [Theory]
    [InlineData(429, "Throttled")]
    [InlineData(500, "Other")]
    [InlineData(503, "Other")]
    [InlineData(301, "BadResponse")]
    [InlineData(307, "BadResponse")]
    [InlineData(400, "Other")]
    [InlineData(404, "Other")]
    public void ByItsStatusWhereTheCodeSaysNothing(int status, string kind)
    {
        HelperException explained = Explain(null, status: (HttpStatusCode)status);
        Assert.Equal(kind, explained.Kind.ToString());
        Assert.NotNull(explained.Hint);
    }

    [Theory]
    [InlineData(null, 503, "ECR failed with status 503")]
    [InlineData("SomeException", 400, "ECR rejected ecr:GetAuthorizationToken with status 400: SomeException")]
    [InlineData("AccessDeniedException", 400, "ECR denied ecr:GetAuthorizationToken")]
    [InlineData("RequestExpired", 400, "ECR rejected the time of the request")]
    public void HasNoMessageOfTheSdkWhereAwsSentNone(string? code, int status, string expected)
    {
        string?[] written =
        [
            null,
            "The service returned an error. See inner exception for details.",
            $"The service returned an error with Error Code {code} and HTTP Body: {{}}",
            $"Error making request with Error Code {code} and Http Status Code {status}. No further error information",
        ];
        foreach (string? message in written)
            Assert.Equal(expected, Explain(code, message, (HttpStatusCode)status).Message);
    }

    [Fact]
    public void NamesWhatAwsSaidAsOneHarmlessLine()
    {
        string message = Explain(
            "AccessDeniedException",
            "User: arn:x is not authorized\u001b[31m via http://user:s3cr3t@proxy\nsecond line " + new string('x', 500)
        ).Message;
        Assert.Contains("User: arn:x is not authorized", message, StringComparison.Ordinal);
        Assert.DoesNotContain("second line", message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', message);
    }

    [Theory]
    [InlineData("sts:AssumeRole", "trust policy")]
    [InlineData("ecr-public:GetAuthorizationToken", "ecr-public:GetAuthorizationToken")]
    public void OfADenialNamesTheActionThatIsMissing(string action, string hint) =>
        Assert.Contains(hint, Explain("AccessDenied", action: action).Hint, StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "RegionDisabledException",
        "STS is not activated in this region for account:1. Your account administrator can activate STS",
        "AWS_REGION"
    )]
    [InlineData(
        "ValidationError",
        "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint",
        "role_session_name"
    )]
    [InlineData(
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        "duration_seconds of the profile to 3600 or less"
    )]
    [InlineData(
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        "reduce duration_seconds"
    )]
    public void OfARefusedValueNamesTheSetting(string code, string said, string hint)
    {
        HelperException explained = Explain(code, said, action: "sts:AssumeRole");
        Assert.Equal(FailureKind.Configuration, explained.Kind);
        Assert.Contains(hint, explained.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("with an explicit deny in a service control policy", "Deny statement of the service control policy")]
    [InlineData("with an explicit deny in a permissions boundary", "Deny statement of the permissions boundary")]
    [InlineData("with an explicit deny", "Deny statement of the policy")]
    public void OfAnExplicitDenyNamesThePolicy(string said, string hint) =>
        Assert.Contains(hint, Explain("AccessDenied", "not authorized " + said).Hint, StringComparison.Ordinal);

    [Fact]
    public void ThatIsOneOfOursStaysWhatItIs()
    {
        var ours = new HelperException(FailureKind.Tls, "not trusted", "a hint") { IdentitySource = "another" };
        Assert.Same(ours, AwsFailure.Explain(ours, Action, "the test"));
        HelperException named = AwsFailure.Explain(
            new HelperException(FailureKind.Tls, "not trusted", "a hint"),
            Action,
            "the test"
        );
        Assert.Equal(
            (FailureKind.Tls, "not trusted", "a hint", "the test"),
            (named.Kind, named.Message, named.Hint, named.IdentitySource)
        );
    }

    [Fact]
    public void ThatNobodyThoughtOfIsStillOneLine()
    {
        HelperException explained = AwsFailure.Explain(
            new InvalidOperationException("first\nsecond"),
            Action,
            "the test"
        );
        Assert.Equal((FailureKind.Other, "ecr:GetAuthorizationToken: first"), (explained.Kind, explained.Message));
    }

    [Fact]
    public void OfTheNetworkIsFoundHoweverDeepItLies()
    {
        var socket = new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused);
        var wrapped = new AmazonServiceException("wrapped", new HttpRequestException("x", socket));
        Assert.Equal(FailureKind.Unreachable, AwsFailure.Explain(wrapped, Action, "the test").Kind);
    }
}
