using Amazon.Runtime;
using CredHelper.Aws.Config;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Network.Http;
using CredHelper.Platform;

namespace CredHelper.Aws;

/// <summary>
/// What a call to AWS needs besides credentials: the profiles, the settings from them and the environment, and one HTTP
/// stack. The SDK core itself never reads the user's files (<see cref="HideFilesFromCore"/>): its parser throws on
/// content that the AWS CLI accepts, and it requests a region from IMDS if none is set.
/// </summary>
internal sealed record AwsContext(
    HelperContext Run,
    AwsProfiles Profiles,
    AwsSettings Settings,
    HttpClients Http,
    string Region
)
{
    /// <summary>
    /// The limit of one connection attempt. The SDK's retries are in addition, all within the deadline.
    /// </summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <param name="context">The environment and deadline.</param>
    /// <param name="choice">The identity that the registry configuration or the account's variables choose.</param>
    /// <param name="registryRegion">The region of the registry, used if no setting names one.</param>
    public static AwsContext Load(HelperContext context, IdentityChoice choice, string registryRegion)
    {
        HideFilesFromCore();
        AwsProfiles profiles = AwsProfiles.Load(context.Environment);
        AwsSettings settings = AwsSettings.Resolve(context.Environment, profiles, choice.Profile, choice.Origin);
        var http = new HttpClients(context.Environment, settings.CaBundle, ConnectTimeout);
        return new AwsContext(context, profiles, settings, http, registryRegion)
        {
            ProcessVariables = choice.ProcessVariables,
        };
    }

    /// <inheritdoc cref="IdentityChoice.ProcessVariables"/>
    public IReadOnlyList<string>? ProcessVariables { get; private init; }

    public EnvironmentSnapshot Environment => Run.Environment;

    /// <summary>The endpoint that the user configured for a service, otherwise AWS's own.</summary>
    /// <param name="serviceId">The id in the service's model, for example <c>SSO OIDC</c>.</param>
    /// <param name="useFips">Requires FIPS, whatever the settings.</param>
    /// <param name="useDualStack">Requires dual stack, whatever the settings.</param>
    /// <exception cref="HelperException">The configured endpoint cannot be used.</exception>
    public AwsEndpoint FindEndpoint(string serviceId, string region, bool useFips = false, bool useDualStack = false) =>
        Settings.EndpointUrl(serviceId) is { } configured
            ? new AwsEndpoint(configured.Url.AbsoluteUri, IsConfigured: true)
            : AwsEndpoint.Of(
                serviceId,
                region,
                useFips || Settings.UseFipsIn(region),
                useDualStack || Settings.UseDualStack
            );

    /// <summary>Sets the endpoint, signing region, retries and HTTP stack of a service's client.</summary>
    public void ApplyTo(ClientConfig config, AwsEndpoint endpoint, string region)
    {
        config.ServiceURL = endpoint.Url;
        // Set after ServiceURL, which clears it.
        config.AuthenticationRegion = region;
        // The URL is already the FIPS endpoint.
        config.UseFIPSEndpoint = false;
        config.UseDualstackEndpoint = false;
        // The endpoint was found above, by this program's own reader of the settings.
        config.IgnoreConfiguredEndpointUrls = true;
        config.HttpClientFactory = Http;
        config.AllowAutoRedirect = false;
        config.Timeout = Run.Settings.GetDeadline;
        config.ConnectTimeout = ConnectTimeout;
        config.RetryMode = Settings.RetryMode switch
        {
            RetryMode.Adaptive => RequestRetryMode.Adaptive,
            _ => RequestRetryMode.Standard,
        };
        SetDefaults(config);
        // Without this, the SDK retries a reset connection ten more times, beyond MaxErrorRetry and without a pause.
        config.MaxStaleConnectionRetries = 0;
    }

    /// <summary>
    /// Sets what the SDK would otherwise look up in its configuration files, which are hidden from it.
    /// </summary>
    private void SetDefaults(ClientConfig config)
    {
        const int DefaultMaxAttempts = 3;
        config.MaxErrorRetry = (Settings.MaxAttempts ?? DefaultMaxAttempts) - 1;
        config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_SUPPORTED;
        config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_SUPPORTED;
        config.AccountIdEndpointMode = AccountIdEndpointMode.PREFERRED;
        config.ClientAppId = Run.Environment["AWS_SDK_UA_APP_ID"] ?? "";
    }

    private static void HideFilesFromCore()
    {
        string nothing = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        System.Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", nothing);
        System.Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", nothing);
        System.Environment.SetEnvironmentVariable("AWS_PROFILE", null);
        System.Environment.SetEnvironmentVariable("AWS_DEFAULT_PROFILE", null);
        // Disables client-side monitoring, whose settings the SDK would also look up in its configuration files.
        System.Environment.SetEnvironmentVariable("AWS_CSM_ENABLED", "false");
    }
}
