using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>A role that is had for an OIDC token by AssumeRoleWithWebIdentity, without any AWS credentials.</summary>
internal sealed class WebIdentityRole(AwsContext aws)
{
    public const string TokenVariable = "AWS_WEB_IDENTITY_TOKEN",
        FileVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";
    private const string RoleVariable = "AWS_ROLE_ARN",
        Action = "sts:AssumeRoleWithWebIdentity";

    /// <summary>
    /// The environment's: a token in a variable (which is ours alone) before one in a file; both want AWS_ROLE_ARN.
    /// </summary>
    /// <exception cref="HelperException">They are set, and no role is to be had.</exception>
    public async Task<MetadataResult> FindInEnvironmentAsync(CancellationToken cancellationToken)
    {
        EnvironmentSnapshot environment = aws.Environment;
        Dependency? token =
            environment[TokenVariable] is not null ? new Dependency(DependencyKind.Variable, TokenVariable)
            : environment[FileVariable] is { } path ? new Dependency(DependencyKind.File, path)
            : null;
        if (token is not { } place)
            return new MetadataResult(null, $"no web identity ({FileVariable} is not set)");
        if (environment[RoleVariable]?.Trim() is not { Length: > 0 } role)
            return new MetadataResult(
                null,
                $"no web identity ({(place.Kind == DependencyKind.Variable ? TokenVariable : FileVariable)} "
                    + $"is set and {RoleVariable} is not)"
            );
        return new MetadataResult(await AssumeAsync(place, new RoleRequest(role), cancellationToken), "");
    }

    /// <param name="place">The variable or file that holds the token.</param>
    /// <param name="role">What is asked for; external ids have no place in this exchange.</param>
    /// <param name="cancellationToken">Ends the call and its retries.</param>
    /// <param name="isRenewed">See <see cref="IdentityChoice.IsTokenRenewed"/>.</param>
    /// <exception cref="HelperException">There is no token, or STS does not take it.</exception>
    public async Task<AwsIdentity> AssumeAsync(
        Dependency place,
        RoleRequest role,
        CancellationToken cancellationToken,
        bool isRenewed = false
    )
    {
        var token = WebIdentityToken.Read(aws.Environment, place);
        string words =
            $"role {ForeignText.Clean(role.RoleArn)} by web identity of {SettingValue.Printable(token.Place.Name)}";
        var request = new AssumeRoleWithWebIdentityRequest
        {
            RoleArn = role.RoleArn,
            RoleSessionName = role.SessionName ?? RoleSession.DefaultSessionName(aws.Environment),
            WebIdentityToken = token.Text,
        };
        if (role.Duration is { } seconds)
            request.DurationSeconds = seconds;
        AmazonSecurityTokenServiceConfig config = RoleSession.ConfigOf(aws, role);
        try
        {
            using var sts = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
            AssumeRoleWithWebIdentityResponse response = await sts.AssumeRoleWithWebIdentityAsync(
                request,
                cancellationToken
            );
            var identity = new AwsIdentity(RoleSession.KeysOf(response.Credentials), words);
            return isRenewed ? identity : identity with { Dependencies = [token.Place], NotAfter = EndOf(token) };
        }
        catch (Exception exception)
        {
            throw AwsFailure.Explain(
                exception is AmazonServiceException failure ? Explain(failure, token) ?? exception : exception,
                Action,
                words,
                AwsContext.EndpointOf(config, request)
            );
        }
    }

    /// <summary>
    /// A token in a variable belongs to a job, and so does what is had for it. One in a file is renewed by its
    /// platform,
    /// and a new one is another input.
    /// </summary>
    private DateTimeOffset? EndOf(WebIdentityToken token) =>
        token.Place.Kind == DependencyKind.Variable ? token.Expiry ?? aws.Run.Now : null;

    private static HelperException? Explain(AmazonServiceException failure, WebIdentityToken token)
    {
        bool isVariable = token.Place.Kind == DependencyKind.Variable;
        string renew = isVariable
            ? "an id token ends with its job's timeout: start a new job, or raise that timeout"
            : "check what renews the file (kubelet, or the EKS pod identity webhook)";
        string trust = token.Claims is { Length: > 0 } claims
            ? $"the token says {claims}"
            : "it does not look like an OIDC token";
        string said = ForeignText.Clean(failure.Message);
        return failure.ErrorCode switch
        {
            "ExpiredTokenException" or "ExpiredToken" => new(
                FailureKind.ExpiredCredentials,
                $"the web identity token has expired: {said}",
                renew,
                failure
            ),
            "InvalidIdentityToken" or "InvalidIdentityTokenException" => new(
                FailureKind.AccessDenied,
                $"STS does not take the web identity token: {said}",
                $"check the IAM identity provider for the token's issuer; {trust}",
                failure
            ),
            "IDPRejectedClaim" or "IDPRejectedClaimException" or "AccessDenied" or "AccessDeniedException" => new(
                FailureKind.AccessDenied,
                $"STS denies {Action}: {said}",
                $"let the role's trust policy accept the token; {trust}",
                failure
            ),
            "IDPCommunicationError" or "IDPCommunicationErrorException" => new(
                FailureKind.Other,
                $"STS cannot reach the token's issuer: {said}",
                "AWS must be able to fetch the issuer's /.well-known/openid-configuration over the internet",
                failure
            ),
            _ => null,
        };
    }
}
