using Amazon.Runtime;
using CredHelper.Errors;

namespace CredHelper.Aws;

/// <summary>
/// Explains refusals of STS and IAM that are caused by one setting of the user, and names that setting. STS has one
/// error code for all invalid values, so the text of the error decides.
/// </summary>
internal static class RequestRefusal
{
    private static readonly string[] Policies =
    [
        "service control policy",
        "resource control policy",
        "permissions boundary",
        "session policy",
        "VPC endpoint policy",
        "identity-based policy",
        "resource-based policy",
    ];

    /// <summary>Returns null if no setting is known to be the cause.</summary>
    /// <param name="said">The message of the service, cleaned; empty for none.</param>
    public static HelperException? Of(AmazonServiceException failure, string action, string said) =>
        failure.ErrorCode switch
        {
            "RegionDisabledException" or "RegionDisabled" => new(
                FailureKind.Configuration,
                $"STS is not active in this region for the account{AwsFailure.After(said)}",
                "set the region to an active one (AWS_REGION, or region of the profile with the role), or activate STS "
                    + "there in the account settings of IAM",
                failure
            ),
            "ValidationError" or "ValidationErrorException" or "ValidationException" => OfValue(failure, action, said),
            _ => null,
        };

    /// <summary>
    /// Returns what to change for an explicit deny, and in which policy; null if the message is not about one.
    /// </summary>
    public static string? HintOfExplicitDeny(string? message)
    {
        if (message?.Contains("explicit deny", StringComparison.OrdinalIgnoreCase) != true)
            return null;
        string policy =
            Array.Find(Policies, name => message.Contains(name, StringComparison.OrdinalIgnoreCase)) ?? "policy";
        return $"remove or narrow the Deny statement of the {policy}; an Allow does not override it";
    }

    private static HelperException? OfValue(AmazonServiceException failure, string action, string said)
    {
        string? hint = said switch
        {
            _ when Has("roleSessionName") =>
                "set role_session_name of the profile, session_name of the registry configuration or "
                    + "AWS_ROLE_SESSION_NAME to 2 to 64 letters, digits and _+=,.@-",
            _ when Has("role chaining") => "set duration_seconds of the profile to 3600 or less, or remove it",
            _ when Has("MaxSessionDuration") =>
                "reduce duration_seconds of the profile, or increase the role's maximum session duration",
            _ when Has("durationSeconds") => "set duration_seconds of the profile to 900 to 43200, or remove it",
            _ when Has("externalId") => "correct external_id of the profile or of the registry configuration",
            _ when Has("roleArn") => "correct role_arn, for example arn:aws:iam::123456789012:role/NAME",
            _ => null,
        };
        return hint is null
            ? null
            : new HelperException(
                FailureKind.Configuration,
                $"STS rejected a value of {action}: {said}",
                hint,
                failure
            );

        bool Has(string text) => said.Contains(text, StringComparison.OrdinalIgnoreCase);
    }
}
