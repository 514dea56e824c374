using System.Text;
using System.Text.Json;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Kubelet;

/// <summary>
/// A pod's service account as an AWS identity: its token is exchanged for the credentials of a role. The kubelet renews
/// the token often, so the key of a cached registry token is made from issuer, subject, audience and role (<see
/// cref="HelperContext.OnBehalfOf"/>); the token itself is in a variable that is not part of the key.
/// </summary>
internal static class ServiceAccount
{
    /// <summary>The name does not begin with AWS_, so that it is not part of the key.</summary>
    private const string TokenVariable = "KUBELET_SERVICE_ACCOUNT_TOKEN";
    private const string RoleVariable = "AWS_ECR_ROLE_ARN";
    private static readonly string[] Telling = ["iss", "sub", "aud"];

    /// <summary>
    /// Returns the role to assume: the one in the annotation, else the one in the node's configuration. Null without a
    /// token or without a role.
    /// </summary>
    /// <exception cref="HelperException">The annotation names a role, but there is no token.</exception>
    public static string? RoleOf(CredentialProviderRequest request, EnvironmentSnapshot environment)
    {
        if (request.ServiceAccountToken is null && request.RoleAnnotation is not null)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"the service account names a role in {CredentialProviderRequest.RoleAnnotationName}, but "
                    + "the kubelet sent no token",
                "add tokenAttributes with serviceAccountTokenAudience: sts.amazonaws.com to the provider"
            );
        }
        return request.ServiceAccountToken is null ? null : request.RoleAnnotation ?? environment[RoleVariable];
    }

    /// <summary>Returns the run on behalf of that account, and the choice of its identity.</summary>
    /// <exception cref="HelperException">The token has expired or is invalid.</exception>
    public static (HelperContext Context, IdentityChoice Choice) Of(HelperContext context, string token, string role)
    {
        var variables = new Dictionary<string, string>(context.Caller.Variables) { [TokenVariable] = token };
        string subject = $"{Claims(token, context.Now)}\n{role}";
        var choice = new IdentityChoice("the pod's service account")
        {
            RoleArn = role,
            WebIdentityTokenVariable = TokenVariable,
            IsTokenRenewed = true,
        };
        return (context.OnBehalfOf(subject, new EnvironmentSnapshot(variables)), choice);
    }

    private static string Claims(string token, DateTimeOffset now)
    {
        try
        {
            JsonElement claims = TokenClaims.Of(token);
            if (claims.TryGetProperty("exp", out JsonElement exp) && !(NumericDate.Of(exp) > now))
            {
                throw new HelperException(
                    FailureKind.ExpiredCredentials,
                    "the service account's token has expired",
                    "check the clocks of the node and the control plane; the kubelet renews the token"
                );
            }

            return string.Join('\n', Telling.Select(name => claims.GetProperty(name).GetRawText()));
        }
        catch (Exception exception)
            when (exception is FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HelperException(
                FailureKind.BadResponse,
                "the service account's token is not an OIDC token with issuer, subject and audience",
                null,
                exception
            );
        }
    }
}
