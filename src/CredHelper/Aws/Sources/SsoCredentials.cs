using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SSO;
using Amazon.SSO.Model;
using Amazon.SSOOIDC;
using Amazon.SSOOIDC.Model;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>A role of IAM Identity Center, using the sign-in that `aws sso login` stored in ~/.aws/sso/cache.</summary>
internal sealed class SsoCredentials(AwsContext aws, SsoSettings settings) : ICredentialSource
{
    private const string Action = "sso:GetRoleCredentials",
        Service = "SSO";

    public SourceFacts Facts => SourceFacts.OfProfile("sso", settings.Profile, "sso_account_id");

    public string Describe()
    {
        SignInFile<SsoToken> file = SignIn();
        if (file.Find(SsoToken.Parse) is null)
            throw Over(file);
        _ = aws.Settings.EndpointUrl(Service);
        return settings.Words;
    }

    /// <exception cref="HelperException">The sign-in is missing or expired, or SSO refuses the role.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        SsoToken token = await TokenAsync(cancellationToken);
        var config = new AmazonSSOConfig();
        aws.ApplyTo(config, aws.FindEndpoint(Service, settings.Region), settings.Region);
        var request = new GetRoleCredentialsRequest
        {
            AccessToken = token.AccessToken,
            AccountId = settings.AccountId,
            RoleName = settings.RoleName,
        };
        try
        {
            using var sso = new AmazonSSOClient(new AnonymousAWSCredentials(), config);
            RoleCredentials? got = (await sso.GetRoleCredentialsAsync(request, cancellationToken)).RoleCredentials;
            return got is { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0 }
                ? new AwsIdentity(
                    new SessionAWSCredentials(got.AccessKeyId, got.SecretAccessKey, got.SessionToken),
                    settings.Words
                )
                {
                    // Another user's sign-in to the same session is stored in another file.
                    Dependencies = [new Dependency(DependencyKind.File, SignIn().Path)],
                }
                : throw new HelperException(
                    FailureKind.BadResponse,
                    "SSO returned no credentials",
                    "check AWS_ENDPOINT_URL_SSO"
                );
        }
        catch (Exception exception)
        {
            throw AwsFailure.Explain(
                exception is AmazonSSOException failure ? Explain(failure) ?? exception : exception,
                Action,
                settings.Words,
                new Uri(config.ServiceURL)
            );
        }
    }

    private SignInFile<SsoToken> SignIn() =>
        aws.Environment.Home is { } home
            ? new SignInFile<SsoToken>(aws.Run, Path.Combine(home, ".aws", "sso", "cache", settings.FileName))
            : throw Over("cannot be found: the home directory is unknown");

    private async Task<SsoToken> TokenAsync(CancellationToken cancellationToken)
    {
        SignInFile<SsoToken> file = SignIn();
        return await file.CurrentAsync(SsoToken.Parse, RefreshAsync, cancellationToken) ?? throw Over(file);
    }

    private async Task<SsoToken> RefreshAsync(SsoToken token, CancellationToken cancellationToken)
    {
        var config = new AmazonSSOOIDCConfig();
        aws.ApplyTo(config, aws.FindEndpoint("SSO OIDC", settings.Region), settings.Region);
        CreateTokenRequest request = token.RefreshRequest();
        aws.Run.Log.Write($"{settings.Session}: refreshing its token");
        try
        {
            using var oidc = new AmazonSSOOIDCClient(new AnonymousAWSCredentials(), config);
            CreateTokenResponse response = await oidc.CreateTokenAsync(request, cancellationToken);
            return token.Renew(
                    response.AccessToken,
                    response.RefreshToken,
                    aws.Run.Now.AddSeconds(response.ExpiresIn ?? 0)
                )
                ?? throw new HelperException(
                    FailureKind.BadResponse,
                    "SSO returned no token",
                    "check AWS_ENDPOINT_URL_SSO_OIDC"
                );
        }
        catch (AmazonSSOOIDCException exception)
            when (exception
                    is InvalidGrantException
                        or ExpiredTokenException
                        or UnauthorizedClientException
                        or InvalidClientException
                        or Amazon.SSOOIDC.Model.InvalidRequestException
                        or Amazon.SSOOIDC.Model.AccessDeniedException
            )
        {
            throw Over("has expired, and its refresh token was rejected", exception);
        }
        catch (Exception exception)
        {
            throw AwsFailure.Explain(exception, "sso-oauth:CreateToken", settings.Words, new Uri(config.ServiceURL));
        }
    }

    private HelperException? Explain(AmazonSSOException failure) =>
        (int)failure.StatusCode switch
        {
            401 => Over("was signed out or revoked", failure),
            403 or 404 => new HelperException(
                FailureKind.AccessDenied,
                $"SSO denied role {ForeignText.Clean(settings.RoleName)} in account "
                    + $"{ForeignText.Clean(settings.AccountId)}: {ForeignText.Clean(failure.Message)}",
                "check sso_account_id and sso_role_name: aws sso list-account-roles; request the assignment "
                    + "of that permission set",
                failure
            ),
            _ => null,
        };

    private HelperException Over(SignInFile<SsoToken> file) => Over(file.Exists ? "has expired" : "is not signed in");

    private HelperException Over(string what, Exception? inner = null)
    {
        string command = AwsCli.SsoLoginTo(settings.Profile.Name);
        return new(FailureKind.ExpiredCredentials, $"{settings.Session} {what}", command, inner)
        {
            IdentitySource = settings.Words,
            Command = command,
        };
    }
}

/// <summary>
/// The AWS CLI's file of an SSO sign-in: accessToken, expiresAt and, for a session, the data to refresh it.
/// </summary>
internal sealed record SsoToken : SignIn
{
    private SsoToken(JsonObject content, string accessToken, DateTimeOffset expiresAt, bool canRefresh)
        : base(content, expiresAt, canRefresh) => AccessToken = accessToken;

    /// <summary>Secret.</summary>
    public string AccessToken { get; }

    public static SsoToken? Parse(JsonObject content)
    {
        if (
            Text(content, "accessToken") is not { } token
            || SessionKeys.TimeOf(Text(content, "expiresAt")) is not { } expiresAt
        )
        {
            return null;
        }

        bool canRefresh =
            Text(content, "refreshToken") is not null
            && Text(content, "clientId") is not null
            && Text(content, "clientSecret") is not null
            && !(SessionKeys.TimeOf(Text(content, "registrationExpiresAt")) < DateTimeOffset.UtcNow);
        return new SsoToken(content, token, expiresAt, canRefresh);
    }

    public CreateTokenRequest RefreshRequest() =>
        new()
        {
            GrantType = "refresh_token",
            ClientId = Text(Content, "clientId"),
            ClientSecret = Text(Content, "clientSecret"),
            RefreshToken = Text(Content, "refreshToken"),
        };

    /// <summary>
    /// Returns the file with a new token. The refresh token is kept if the response has none. Null without a token.
    /// </summary>
    public SsoToken? Renew(string? accessToken, string? refreshToken, DateTimeOffset expiresAt)
    {
        if (string.IsNullOrEmpty(accessToken))
            return null;
        var content = (JsonObject)Content.DeepClone();
        content["accessToken"] = accessToken;
        content["expiresAt"] = Format(expiresAt);
        if (!string.IsNullOrEmpty(refreshToken))
            content["refreshToken"] = refreshToken;
        return new SsoToken(content, accessToken, expiresAt, canRefresh: true);
    }
}
