using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>
/// Finds the endpoint that is configured for a service, in the order of the AWS SDKs and Tools Reference Guide
/// ("Service-specific endpoints"): AWS_ENDPOINT_URL_SERVICE, AWS_ENDPOINT_URL, the service's block in the
/// <c>[services]</c> section that the profile names, the profile's <c>endpoint_url</c>.
/// </summary>
internal sealed class EndpointUrls(EnvironmentSnapshot env, AwsProfiles profiles, AwsProfile profile)
{
    private const string Key = "endpoint_url",
        Variable = "AWS_ENDPOINT_URL";
    private readonly SettingLookup _lookup = new(env, profile);

    /// <param name="serviceId">
    /// The id in the service's model: <c>ECR</c>, <c>ECR PUBLIC</c>, <c>STS</c>, <c>SSO</c>, <c>SSO OIDC</c>.
    /// </param>
    /// <returns>The URL and its origin; null to use AWS's own endpoint.</returns>
    /// <exception cref="HelperException">
    /// The configured value is not an http(s) URL, or a services section is missing.
    /// </exception>
    public (Uri Url, string Origin)? Find(string serviceId)
    {
        if (_lookup.Flag("ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))
            return null;
        string service = serviceId.Replace(' ', '_');
        Setting? setting =
            _lookup.Find(null, $"{Variable}_{service.ToUpperInvariant()}", Variable)
            ?? InServices(service.ToLowerInvariant())
            ?? _lookup.Find(Key);
        return setting is { } found ? (Validate(found), found.Origin) : null;
    }

    private Setting? InServices(string service)
    {
        // The name of a services section may contain spaces, so the whole value is tried before a trailing comment is
        // removed.
        if (profile["services"] is not { } name)
            return null;
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? services =
            profiles.Services(name) ?? (profile.Word("services") is { } word ? profiles.Services(name = word) : null);
        if (services is null)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{profile.OriginOf("services")} names a section that does not exist",
                $"add [services {SettingValue.Printable(name)}] to "
                    + $"{SettingValue.Printable(profiles.ConfigPath)} or remove the line"
            );
        }
        return
            services.TryGetValue(service, out IReadOnlyDictionary<string, string>? block)
            && block.TryGetValue(Key, out string? url)
            && SettingValue.Word(url) is { } value
            ? new Setting(
                value,
                $"{Key} of {service} in [services {SettingValue.Printable(name)}] of "
                    + $"{SettingValue.Printable(profiles.ConfigPath)}"
            )
            : null;
    }

    /// <summary>The message does not contain the invalid value, because it may hold a password.</summary>
    private static Uri Validate(Setting setting)
    {
        const string Hint = "set it to a URL such as https://host or http://127.0.0.1:4566";
        if (
            !Uri.TryCreate(setting.Value, UriKind.Absolute, out Uri? url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.Host.Length == 0
        )
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{setting.Origin} is not an absolute http or https URL",
                Hint
            );
        }

        if (url.UserInfo.Length > 0)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{setting.Origin} contains a user name or password",
                Hint
            );
        }

        return url;
    }
}
