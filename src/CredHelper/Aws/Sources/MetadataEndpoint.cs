using System.Globalization;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The endpoint of IMDS and its time limits: AWS_EC2_METADATA_SERVICE_ENDPOINT and _ENDPOINT_MODE or the profile's keys
/// of those names, AWS_METADATA_SERVICE_TIMEOUT (seconds for one request) and _NUM_ATTEMPTS. As in botocore, IMDSv1 is
/// used if IMDSv2 is not available, unless AWS_EC2_METADATA_V1_DISABLED forbids it.
/// </summary>
internal sealed record MetadataEndpoint(Uri Url, TimeSpan Limit, int Attempts, bool IsVersion1Allowed = true)
{
    public const string Switch = "AWS_EC2_METADATA_DISABLED";
    public const string Version1Switch = "AWS_EC2_METADATA_V1_DISABLED";
    private const string Endpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        Mode = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    private const string Timeout = "AWS_METADATA_SERVICE_TIMEOUT",
        NumberOfAttempts = "AWS_METADATA_SERVICE_NUM_ATTEMPTS";
    private const string OverIPv4 = "http://169.254.169.254",
        OverIPv6 = "http://[fd00:ec2::254]";

    public static bool IsDisabled(EnvironmentSnapshot environment) =>
        string.Equals(environment[Switch]?.Trim(), "true", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="HelperException">A setting is invalid.</exception>
    public static MetadataEndpoint Of(EnvironmentSnapshot environment, AwsProfile profile)
    {
        var lookup = new SettingLookup(environment, profile);
        string mode = OverIPv4;
        if (lookup.Find("ec2_metadata_service_endpoint_mode", Mode) is { } chosen)
        {
            mode = chosen.Value.ToLowerInvariant() switch
            {
                "ipv4" => OverIPv4,
                "ipv6" => OverIPv6,
                _ => throw SettingLookup.Refusal(
                    chosen,
                    "which is neither IPv4 nor IPv6",
                    "set it to IPv4 or IPv6, or remove it"
                ),
            };
        }
        Setting endpoint = lookup.Find("ec2_metadata_service_endpoint", Endpoint) ?? new Setting(mode, Mode);
        if (
            !Uri.TryCreate(endpoint.Value.TrimEnd('/') + "/", UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0
        )
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{endpoint.Origin} is not an http(s) URL",
                $"set it to {OverIPv4}, or remove it"
            );
        }

        return new MetadataEndpoint(
            url,
            Seconds(lookup),
            lookup.Find("metadata_service_num_attempts", NumberOfAttempts) is { } number ? Count(number) : 1,
            !lookup.Flag("ec2_metadata_v1_disabled", Version1Switch)
        );
    }

    private static TimeSpan Seconds(SettingLookup lookup)
    {
        if (lookup.Find("metadata_service_timeout", Timeout) is not { } setting)
            return TimeSpan.FromSeconds(1);
        const double Shortest = 0.1,
            Longest = 60;
        return double.TryParse(
            setting.Value,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out double seconds
        )
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, Shortest, Longest))
            : throw SettingLookup.Refusal(
                setting,
                "which is not a number of seconds",
                "set it to a number such as 1, or remove it"
            );
    }

    private static int Count(Setting setting)
    {
        const int Most = 10;
        return double.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out double count)
            ? (int)Math.Clamp(count, 1, Most)
            : throw SettingLookup.Refusal(
                setting,
                "which is not a whole number",
                "set it to a number such as 1, or remove it"
            );
    }
}
