using CredHelper.Aws.Sources;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Aws.Ecr;

/// <summary>
/// Requests registry tokens from ECR and ECR Public: finds settings and identity, sends one signed call and checks the
/// response.
/// </summary>
internal sealed class EcrTokenIssuer(HelperContext context, IdentityChoice choice) : ITokenIssuer
{
    public Task<IssuedToken> IssueAsync(EcrRegistry registry, CancellationToken cancellationToken) =>
        Task.Run(() => AskAsync(registry, cancellationToken), cancellationToken);

    public IReadOnlyList<Dependency> InputsIn(string region)
    {
        try
        {
            AwsContext aws = AwsContext.Load(context, choice, region);
            return new CredentialPlanner(aws).Plan(choice).Source.Inputs;
        }
        catch (HelperException)
        {
            // The configuration itself is invalid, and it is already part of the key.
            return [];
        }
    }

    public async Task<IssuedToken> IssueOwnAsync(string region, CancellationToken cancellationToken)
    {
        AwsContext aws = AwsContext.Load(context, choice, region);
        AwsIdentity identity = await new CredentialPlanner(aws).Plan(choice).Source.ResolveAsync(cancellationToken);
        AwsEndpoint endpoint = FindEndpoint(aws, EcrService.Private, region, useFips: false, useDualStack: false);
        EcrClientConfig config = ConfigOf(aws, EcrService.Private, endpoint, region);
        AuthorizationTokenResponse response = await CallAsync(config, identity, null, cancellationToken);
        EcrRegistry own = TokenAnswer.RegistryOf(response.ProxyEndpoint, identity);
        if (!endpoint.IsConfigured)
        {
            TokenAnswer.RequireSameRegistry(
                response.ProxyEndpoint,
                EcrRegistry.OfAccount(own.AccountId!, region),
                identity
            );
        }

        return TokenAnswer.Judge(response, own, identity, context.Now);
    }

    private async Task<IssuedToken> AskAsync(EcrRegistry registry, CancellationToken cancellationToken)
    {
        AwsContext aws = AwsContext.Load(context, choice, registry.Region);
        AwsIdentity identity = await new CredentialPlanner(aws).Plan(choice).Source.ResolveAsync(cancellationToken);
        context.Log.Write($"{registry}: identity: {identity.Source}");
        AwsEndpoint endpoint = FindEndpoint(aws, registry);
        EcrClientConfig config = ConfigOf(aws, registry.Service, endpoint, registry.Region);
        AuthorizationTokenResponse response = await CallAsync(config, identity, registry.AccountId, cancellationToken);
        IssuedToken token = TokenAnswer.Judge(response, registry, identity, context.Now);
        if (!endpoint.IsConfigured)
            TokenAnswer.RequireSameRegistry(response.ProxyEndpoint, registry, identity);
        return token;
    }

    /// <summary>The endpoint for the token of a registry.</summary>
    /// <exception cref="HelperException">The configured endpoint cannot be used.</exception>
    public AwsEndpoint FindEndpoint(AwsContext aws, EcrRegistry registry) =>
        FindEndpoint(aws, registry.Service, registry.Region, registry.IsFips, registry.IsDualStack);

    /// <summary>
    /// A configured endpoint takes precedence over the host name, and the host name over the standard settings.
    /// </summary>
    private AwsEndpoint FindEndpoint(
        AwsContext aws,
        EcrService service,
        string region,
        bool useFips,
        bool useDualStack
    ) =>
        choice.EndpointUrl is { } url
            ? new AwsEndpoint(url, IsConfigured: true)
            : aws.FindEndpoint(EcrClientConfig.ServiceIdOf(service), region, useFips, useDualStack);

    private EcrClientConfig ConfigOf(AwsContext aws, EcrService service, AwsEndpoint endpoint, string region)
    {
        context.Log.Write($"endpoint: {endpoint.Url}");
        var config = new EcrClientConfig(service);
        aws.ApplyTo(config, endpoint, region);
        return config;
    }

    private async Task<AuthorizationTokenResponse> CallAsync(
        EcrClientConfig config,
        AwsIdentity identity,
        string? accountId,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var client = new EcrClient(identity.Credentials, config);
            AuthorizationTokenResponse response = await client.GetAuthorizationTokenAsync(accountId, cancellationToken);
            context.Log.Write($"GetAuthorizationToken: expires {response.ExpiresAt:u}, server clock {response.Date:u}");
            return response;
        }
        catch (Exception exception)
            when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            context.Log.Write(
                $"GetAuthorizationToken failed: {exception.GetType().Name}: {ForeignText.Clean(exception.Message)}"
            );
            throw AwsFailure.Explain(
                exception,
                $"{config.AuthenticationServiceName}:GetAuthorizationToken",
                identity.Source,
                new Uri(config.ServiceURL)
            );
        }
    }
}

/// <summary>Checks the response of ECR before it is used.</summary>
internal static class TokenAnswer
{
    /// <exception cref="HelperException">The token is missing or is not user and password.</exception>
    public static IssuedToken Judge(
        AuthorizationTokenResponse response,
        EcrRegistry registry,
        AwsIdentity identity,
        DateTimeOffset now
    )
    {
        if (
            BasicCredential.Parse(response.AuthorizationToken ?? "", out _)
            is not { Username.Length: > 0, Password.Length: > 0 } credential
        )
        {
            throw Bad("ECR returned no usable token", identity);
        }

        DateTimeOffset expiresAt = response.ExpiresAt ?? now;
        // A token fetched with a job's id token must not outlive the job, nor one fetched with a process's credentials
        // their expiry.
        if (identity.NotAfter is { } end && end < expiresAt)
            expiresAt = end;
        TimeSpan life = expiresAt - (response.Date ?? now);
        if (identity.LongestLife is { } longest && longest < life)
            life = longest;
        return new IssuedToken(registry, credential.Username, credential.Password, life, identity.Source)
        {
            Dependencies = identity.Dependencies,
        };
    }

    /// <summary>
    /// Requires a response for the same registry: one for another account or region comes from an intermediary. The
    /// suffix may differ (FIPS, dual-stack).
    /// </summary>
    public static void RequireSameRegistry(string? proxyEndpoint, EcrRegistry registry, AwsIdentity identity)
    {
        if (registry.Service == EcrService.Public)
            return;
        EcrRegistry answered = RegistryOf(proxyEndpoint, identity);
        if (answered.AccountId != registry.AccountId || answered.Region != registry.Region)
            throw Bad($"ECR returned a token for {answered}", identity);
    }

    /// <exception cref="HelperException">The endpoint is not an ECR registry.</exception>
    public static EcrRegistry RegistryOf(string? proxyEndpoint, AwsIdentity identity) =>
        EcrRegistry.TryParse(proxyEndpoint, out EcrRegistry? registry) && registry.Service == EcrService.Private
            ? registry
            : throw Bad("ECR returned a token for an unknown registry", identity);

    private static HelperException Bad(string message, AwsIdentity identity) =>
        new(
            FailureKind.BadResponse,
            message,
            "check AWS_ENDPOINT_URL, proxies and captive portals, one of which may have responded"
        )
        {
            IdentitySource = identity.Source,
        };
}
