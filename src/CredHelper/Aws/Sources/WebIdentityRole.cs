using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// A role that is assumed with an OIDC token (sts:AssumeRoleWithWebIdentity), without any AWS credentials.
/// </summary>
/// <param name="aws">The settings of the call.</param>
/// <param name="place">The variable or file that contains the token.</param>
/// <param name="role">The role; this call does not support external IDs.</param>
/// <param name="origin">The variable or key that names the token's file, for messages.</param>
/// <param name="isRenewed">See <see cref="IdentityChoice.IsTokenRenewed"/>.</param>
internal sealed class WebIdentityRole(
    AwsContext aws,
    Dependency place,
    RoleRequest role,
    string origin = WebIdentityRole.FileVariable,
    bool isRenewed = false
) : ICredentialSource
{
    public const string TokenVariable = "AWS_WEB_IDENTITY_TOKEN",
        FileVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";
    private const string RoleVariable = "AWS_ROLE_ARN",
        Action = "sts:AssumeRoleWithWebIdentity";

    /// <summary>
    /// Returns the role that the environment names, with a token in a variable (specific to this program) or else in a
    /// file; null, with the reason, if it names none.
    /// </summary>
    public static WebIdentityRole? InEnvironment(AwsContext aws, out string reason)
    {
        if (TokenIn(aws.Environment) is not { } token)
        {
            reason = $"no web identity ({FileVariable} is not set)";
            return null;
        }
        if (aws.Environment[RoleVariable]?.Trim() is not { Length: > 0 } role)
        {
            string variable = token.Kind == DependencyKind.Variable ? TokenVariable : FileVariable;
            reason = $"no web identity ({variable} is set but {RoleVariable} is not)";
            return null;
        }
        reason = "";
        return new WebIdentityRole(aws, token, new RoleRequest(role));
    }

    public SourceFacts Facts =>
        new("web-identity")
        {
            RoleArn = role.RoleArn,
            Profile = role.Profile?.Name,
            Variable = place.Kind == DependencyKind.Variable ? place.Name : null,
            File = place.Kind == DependencyKind.File ? place.Name : null,
        };

    public string Describe()
    {
        string words = WordsOf(WebIdentityToken.Read(aws.Environment, place, origin));
        AssumedRole.RequireEndpoint(aws);
        return words;
    }

    /// <exception cref="HelperException">There is no token, or STS does not accept it.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        var token = WebIdentityToken.Read(aws.Environment, place, origin);
        string words = WordsOf(token);
        var request = new AssumeRoleWithWebIdentityRequest
        {
            RoleArn = role.RoleArn,
            RoleSessionName = role.SessionName ?? AssumedRole.DefaultSessionName(aws.Environment),
            WebIdentityToken = token.Text,
        };
        if (role.Duration is { } seconds)
            request.DurationSeconds = seconds;
        AmazonSecurityTokenServiceConfig config = AssumedRole.ConfigOf(aws, role);
        try
        {
            using var sts = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), config);
            AssumeRoleWithWebIdentityResponse response = await sts.AssumeRoleWithWebIdentityAsync(
                request,
                cancellationToken
            );
            var identity = new AwsIdentity(AssumedRole.KeysOf(response.Credentials), words);
            return isRenewed ? identity : identity with { Dependencies = [token.Place], NotAfter = EndOf(token) };
        }
        catch (Exception exception)
        {
            throw AwsFailure.Explain(
                exception is AmazonServiceException failure ? Explain(failure, token) ?? exception : exception,
                Action,
                words,
                new Uri(config.ServiceURL)
            );
        }
    }

    /// <summary>
    /// A token in a variable belongs to a job, so what is fetched with it expires with it. A token in a file is renewed
    /// by its platform, and the new one is a different input.
    /// </summary>
    private DateTimeOffset? EndOf(WebIdentityToken token) =>
        token.Place.Kind == DependencyKind.Variable ? token.Expiry ?? aws.Run.Now : null;

    private static HelperException? Explain(AmazonServiceException failure, WebIdentityToken token)
    {
        bool isVariable = token.Place.Kind == DependencyKind.Variable;
        string renew = isVariable
            ? "start a new job, or increase the job's timeout: its id token expires with it"
            : "check what renews the file (kubelet, or the EKS pod identity webhook)";
        string trust = token.Claims is { Length: > 0 } claims
            ? $"the token has {claims}"
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
                $"STS rejected the web identity token: {said}",
                $"check the IAM identity provider for the token's issuer; {trust}",
                failure
            ),
            "IDPRejectedClaim" or "IDPRejectedClaimException" or "AccessDenied" or "AccessDeniedException" => new(
                FailureKind.AccessDenied,
                $"STS denied {Action}: {said}",
                RequestRefusal.HintOfExplicitDeny(failure.Message)
                    ?? $"change the role's trust policy to accept the token; {trust}",
                failure
            ),
            "IDPCommunicationError" or "IDPCommunicationErrorException" => new(
                FailureKind.Other,
                $"STS cannot reach the token's issuer: {said}",
                "make the issuer's /.well-known/openid-configuration accessible to AWS over the internet",
                failure
            ),
            _ => null,
        };
    }

    private static Dependency? TokenIn(EnvironmentSnapshot environment)
    {
        if (environment[TokenVariable] is not null)
            return new Dependency(DependencyKind.Variable, TokenVariable);
        return environment[FileVariable] is { } path ? new Dependency(DependencyKind.File, path) : null;
    }

    private string WordsOf(WebIdentityToken token) =>
        $"role {ForeignText.Clean(role.RoleArn)} via web identity token {SettingValue.Printable(token.Place.Name)}";
}
