using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>How AWS clients retry failed calls (AWS SDKs and Tools Reference Guide, "Retry behavior").</summary>
internal enum RetryMode
{
    Legacy,
    Standard,
    Adaptive,
}

/// <summary>
/// The settings for AWS calls from the environment and the files. The environment takes precedence over the profile, as
/// in the AWS tools. An invalid value is a <see cref="FailureKind.Configuration"/> error with its origin, thrown when
/// the value is used: a setting that a call does not need cannot make it fail.
/// </summary>
internal sealed class AwsSettings
{
    public const string DefaultProfile = "default";
    private const string Given = "given";
    private readonly EndpointUrls _endpoints;
    private readonly SettingLookup _lookup;

    private AwsSettings(EnvironmentSnapshot env, AwsProfiles profiles, AwsProfile profile, string profileOrigin)
    {
        var lookup = new SettingLookup(env, profile);
        _endpoints = new EndpointUrls(env, profiles, profile);
        Profile = profile;
        ProfileOrigin = profileOrigin;
        _lookup = lookup;
        CaBundle = profile["ca_bundle"] is { } bundle ? env.ExpandHome(bundle) : null;
    }

    /// <summary>The default profile is empty if it is not configured.</summary>
    public AwsProfile Profile { get; }

    public string ProfileName => Profile.Name;

    /// <summary><c>given</c>, <c>AWS_PROFILE</c>, <c>AWS_DEFAULT_PROFILE</c> or <c>default</c>.</summary>
    public string ProfileOrigin { get; }

    /// <summary>A lower-case host label such as eu-west-1; null if none is configured.</summary>
    public string? Region => RegionSetting is { } setting ? RegionName.Of(setting) : null;

    /// <summary>The variable, or the key, profile and file; null if <see cref="Region"/> is null.</summary>
    public string? RegionOrigin => RegionSetting?.Origin;

    public bool UseDualStack => _lookup.Flag("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT");

    /// <summary>The profile's own <c>ca_bundle</c>, with <c>~</c> expanded.</summary>
    public string? CaBundle { get; }

    public RetryMode? RetryMode => _lookup.Find("retry_mode", "AWS_RETRY_MODE") is { } mode ? ValidateMode(mode) : null;

    /// <summary>
    /// The attempts of one call, the first one included. 0, which botocore refuses, counts as one attempt.
    /// </summary>
    public int? MaxAttempts =>
        _lookup.Count("max_attempts", "AWS_MAX_ATTEMPTS") is { } count ? Math.Max(count, 1) : null;

    private Setting? RegionSetting => _lookup.Find("region", "AWS_REGION", "AWS_DEFAULT_REGION");

    /// <param name="env">The environment at the start of the process.</param>
    /// <param name="profiles">The files that this environment names.</param>
    /// <param name="profileName">
    /// A profile that the registry configuration or an option names; null to use the environment's.
    /// </param>
    /// <param name="givenBy">What names that profile, for the message if it does not exist.</param>
    /// <exception cref="HelperException">The profile does not exist, or a value is invalid.</exception>
    public static AwsSettings Resolve(
        EnvironmentSnapshot env,
        AwsProfiles profiles,
        string? profileName,
        string givenBy = Given
    )
    {
        (string name, string origin) = profileName is { Length: > 0 } ? (profileName, Given) : ProfileIn(env);
        AwsProfile profile =
            profiles.Find(name)
            ?? (
                name == DefaultProfile
                    ? profiles.FindOrEmpty(name)
                    : throw UnknownProfile(name, origin == Given ? givenBy : origin, profiles)
            );
        return new AwsSettings(env, profiles, profile, origin);
    }

    private static (string Name, string Origin) ProfileIn(EnvironmentSnapshot env)
    {
        // In botocore's order.
        foreach (string variable in (string[])["AWS_DEFAULT_PROFILE", "AWS_PROFILE"])
        {
            if (env[variable] is { } name)
                return (name, variable);
        }
        return (DefaultProfile, DefaultProfile);
    }

    /// <summary>Whether calls in a region use its FIPS endpoint, as fips-us-east-1 requires for us-east-1.</summary>
    public bool UseFipsIn(string region) =>
        _lookup.Flag("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT")
        || (RegionSetting is { } setting && RegionName.IsFips(setting.Value) && RegionName.Of(setting) == region);

    /// <inheritdoc cref="EndpointUrls.Find"/>
    public (Uri Url, string Origin)? EndpointUrl(string serviceId) => _endpoints.Find(serviceId);

    /// <summary>
    /// Returns the error for an unknown profile, wherever it is named (also by a <c>source_profile</c>).
    /// </summary>
    /// <param name="name">The profile.</param>
    /// <param name="origin">What names it, for the message: a variable, the registry configuration.</param>
    /// <param name="profiles">The files that do not contain it.</param>
    public static HelperException UnknownProfile(string name, string origin, AwsProfiles profiles)
    {
        string shown = SettingValue.Printable(name);
        string named = origin is Given or DefaultProfile ? "" : $" (named by {origin})";
        string files =
            $"{SettingValue.Printable(profiles.ConfigPath)} or {SettingValue.Printable(profiles.CredentialsPath)}";
        string hint =
            profiles.HeaderSuggestionFor(name) ?? NearProfile(name, profiles) ?? AwsCli.ConfigureProfile(name);
        string absent = string.Concat(profiles.Absent.Select(what => $"; {what}"));
        return new HelperException(
            FailureKind.Configuration,
            $"profile '{shown}' not found in {files}{named}{absent}",
            hint
        )
        {
            Command = AwsCli.ConfigureProfile(name),
        };
    }

    private static string? NearProfile(string name, AwsProfiles profiles)
    {
        IReadOnlyList<string> near = NearNames.Of(name, profiles.Names);
        return near.Count > 0
            ? $"did you mean {string.Join(" or ", near.Select(one => $"'{SettingValue.Printable(one)}'"))}?"
            : null;
    }

    private static RetryMode ValidateMode(Setting setting) =>
        setting.Value.ToLowerInvariant() switch
        {
            "legacy" => Config.RetryMode.Legacy,
            "standard" => Config.RetryMode.Standard,
            "adaptive" => Config.RetryMode.Adaptive,
            _ => throw SettingLookup.Refusal(
                setting,
                "which is not a retry mode",
                "set it to standard or adaptive, or remove it"
            ),
        };
}
