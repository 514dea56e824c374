using System.Net;
using System.Xml;
using Amazon.Runtime;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Network.Http;

namespace CredHelper.Aws;

/// <summary>Converts the exception of an AWS call into an error that tells the user what to do.</summary>
internal static class AwsFailure
{
    private static readonly string[] Expired = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];
    private static readonly string[] Denied =
    [
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "NotAuthorized",
    ];
    private static readonly string[] UnknownKey =
    [
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
        "AuthFailure",
    ];
    private static readonly string[] BadSignature =
    [
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
    ];
    private static readonly string[] Skewed = ["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"];
    private static readonly string[] Throttled =
    [
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ThrottledException",
    ];

    /// <param name="failure">The exception.</param>
    /// <param name="action">The IAM action of the call, such as <c>ecr:GetAuthorizationToken</c>.</param>
    /// <param name="source">The credentials that were used, described for people.</param>
    /// <param name="called">
    /// The endpoint, for exceptions that do not contain it, such as that of the SDK at a deadline.
    /// </param>
    public static HelperException Explain(Exception failure, string action, string source, Uri? called = null)
    {
        HelperException explained = failure switch
        {
            HelperException helper => helper,
            // Our own deadline, which expired between two attempts of the SDK: the exception does not name the
            // endpoint.
            OperationCanceledException { InnerException: null, Data.Count: 0 } when called is null => new(
                FailureKind.Timeout,
                $"{ServiceOf(action)} did not respond in time",
                "check the network, proxy settings (HTTPS_PROXY, NO_PROXY) and firewalls, or increase "
                    + "AWS_ECR_TIMEOUT",
                failure
            ),
            // Also covers responses of a server that is not AWS. An exception with status 200 means that the response
            // could not be parsed.
            AmazonServiceException { StatusCode: not 0 and not HttpStatusCode.OK } service
                when NetworkFailure.From(failure) is not { Kind: FailureKind.Tls or FailureKind.Proxy } => Explain(
                service,
                action
            ),
            _ => NetworkFailure.From(failure, called)
                ?? (
                    IsInvalidResponse(failure)
                        ? new HelperException(
                            FailureKind.BadResponse,
                            $"{ServiceOf(action)} returned an invalid response to {action}",
                            "check AWS_ENDPOINT_URL, proxies and captive portals, one of which may have responded",
                            failure
                        )
                        : new HelperException(
                            FailureKind.Other,
                            $"{action}: {ForeignText.Clean(failure.Message)}",
                            "set AWS_ECR_LOG=debug to see the requests",
                            failure
                        )
                ),
        };
        return explained.IdentitySource is not null
            ? explained
            : new HelperException(
                explained.Kind,
                explained.Message,
                explained.Hint,
                explained.InnerException ?? failure
            )
            {
                IdentitySource = source,
            };
    }

    /// <summary>Whether the SDK could not parse the response body: HTML, random bytes, or an empty body.</summary>
    private static bool IsInvalidResponse(Exception failure) =>
        failure is AmazonUnmarshallingException or XmlException or System.Text.Json.JsonException
        || (failure.InnerException is { } inner && IsInvalidResponse(inner));

    private static HelperException Explain(AmazonServiceException failure, string action)
    {
        string code = failure.ErrorCode ?? "",
            said = Said(failure);
        string service = ServiceOf(action);
        if (Expired.Contains(code))
        {
            return new(
                FailureKind.ExpiredCredentials,
                "the AWS credentials have expired",
                $"sign in again, for example `{AwsCli.SsoLogin}`, or renew the access key with its session token "
                    + "(AWS_SESSION_TOKEN in the environment, aws_session_token in a profile)",
                failure
            )
            {
                Command = AwsCli.SsoLogin,
            };
        }

        if (RequestRefusal.Of(failure, action, said) is { } refusal)
            return refusal;
        if (Denied.Contains(code))
        {
            string hint = DenialHint(failure, action);
            return new(FailureKind.AccessDenied, $"{service} denied {action}{After(said)}", hint, failure);
        }

        if (UnknownKey.Contains(code))
        {
            return new(
                FailureKind.AccessDenied,
                "AWS does not recognize the access key",
                "check for a deleted or mistyped key, a missing AWS_SESSION_TOKEN, a key of another "
                    + "partition, or a region that the account has not enabled",
                failure
            );
        }
        // The SDK has already corrected for the clock and retried before this is thrown.
        if (Skewed.Contains(code) || (BadSignature.Contains(code) && IsAboutTime(failure.Message)))
        {
            return new(
                FailureKind.ClockSkew,
                $"{service} rejected the time of the request{After(said)}",
                "set the clock, for example `timedatectl set-ntp true`",
                failure
            );
        }

        if (BadSignature.Contains(code))
        {
            return new(
                FailureKind.AccessDenied,
                "AWS rejected the signature: the secret access key does not match the access key id",
                "check AWS_SECRET_ACCESS_KEY or aws_secret_access_key for a mistyped secret or that of another key",
                failure
            );
        }

        if (Throttled.Contains(code) || failure.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return new(
                FailureKind.Throttled,
                $"{service} throttled {action} for this account and region",
                "try again in a minute; many hosts without a cached token may send requests at once",
                failure
            );
        }

        int status = (int)failure.StatusCode;
        return status switch
        {
            >= 500 => new(
                FailureKind.Other,
                $"{service} failed with status {status}{Named(code, said)}",
                "try again, and check the AWS Health Dashboard",
                failure
            ),
            >= 300 and < 400 => new(
                FailureKind.BadResponse,
                $"the endpoint returned a redirect ({status}), which AWS never does",
                "check AWS_ENDPOINT_URL, proxies and captive portals",
                failure
            ),
            _ => new(
                FailureKind.Other,
                $"{service} rejected {action} with status {status}{Named(code, said)}",
                "check the endpoint, the region and the identity",
                failure
            ),
        };
    }

    private static string ServiceOf(string action) =>
        action.Split(':')[0] switch
        {
            "sts" => "STS",
            "sso" or "sso-oauth" => "SSO",
            "signin" => "the sign-in service",
            _ => "ECR",
        };

    /// <summary>Returns the service's message; empty if the SDK wrote one because the service sent none.</summary>
    private static string Said(AmazonServiceException failure) =>
        failure.Message.StartsWith("The service returned an error", StringComparison.Ordinal)
        || failure.Message.StartsWith("Error making request with Error Code", StringComparison.Ordinal)
            ? ""
            : ForeignText.Clean(failure.Message);

    private static string Named(string code, string said) => After(ForeignText.Clean(code)) + After(said);

    /// <summary>Text after what it belongs to; empty for none.</summary>
    internal static string After(string text) => text.Length > 0 ? $": {text}" : "";

    private static bool IsAboutTime(string? message) =>
        message is not null
        && (
            message.Contains("expired", StringComparison.OrdinalIgnoreCase)
            || message.Contains("not yet current", StringComparison.OrdinalIgnoreCase)
        );

    private static string DenialHint(AmazonServiceException failure, string action) =>
        RequestRefusal.HintOfExplicitDeny(failure.Message)
        ?? action switch
        {
            "sts:AssumeRole" => "add the identity to the role's trust policy, and allow it sts:AssumeRole on the role",
            // A call to ECR Public requires two permissions (Amazon ECR Public User Guide, "Registry authentication").
            "ecr-public:GetAuthorizationToken" =>
                $"allow {action} and sts:GetServiceBearerToken on resource * in the identity's IAM policy",
            _ => $"allow {action} on resource * in the identity's IAM policy",
        };
}
