using System.Buffers;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>How AWS clients repeat failed calls (AWS SDKs and Tools Reference Guide, "Retry behavior").</summary>
internal enum RetryMode
{
    Legacy,
    Standard,
    Adaptive,
}

/// <summary>
/// What environment and files say about talking to AWS, decided once: the environment wins over the profile, as in
/// AWS's tools. Each value that cannot be used is a <see cref="FailureKind.Configuration"/> error saying where it
/// stands.
/// </summary>
internal sealed class AwsSettings
{
    public const string DefaultProfile = "default";
    private const string Given = "given";
    private const int LongestRegion = 63;
    private static readonly SearchValues<char> RegionCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-"
    );
    private readonly EndpointUrls _endpoints;

    private AwsSettings(EnvironmentSnapshot env, AwsProfiles profiles, AwsProfile profile, string profileOrigin)
    {
        var lookup = new SettingLookup(env, profile);
        _endpoints = new EndpointUrls(env, profiles, profile);
        Profile = profile;
        ProfileOrigin = profileOrigin;
        if (lookup.Find("region", "AWS_REGION", "AWS_DEFAULT_REGION") is { } region)
            (Region, RegionOrigin) = (ValidateRegion(region, profile), region.Origin);
        UseFips = lookup.Flag("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT");
        UseDualStack = lookup.Flag("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT");
        CaBundle = profile["ca_bundle"] is { } bundle ? env.ExpandHome(bundle) : null;
        RetryMode = lookup.Find("retry_mode", "AWS_RETRY_MODE") is { } mode ? ValidateMode(mode) : null;
        MaxAttempts = lookup.Count("max_attempts", "AWS_MAX_ATTEMPTS");
    }

    /// <summary>Empty where no default profile was written.</summary>
    public AwsProfile Profile { get; }

    public string ProfileName => Profile.Name;

    /// <summary><c>given</c>, <c>AWS_PROFILE</c>, <c>AWS_DEFAULT_PROFILE</c> or <c>default</c>.</summary>
    public string ProfileOrigin { get; }

    /// <summary>A lower-case host label such as eu-west-1; null where none is configured.</summary>
    public string? Region { get; }

    /// <summary>The variable, or the key, profile and file; null with <see cref="Region"/>.</summary>
    public string? RegionOrigin { get; }

    public bool UseFips { get; }

    public bool UseDualStack { get; }

    /// <summary>The profile's own <c>ca_bundle</c>, <c>~</c> expanded.</summary>
    public string? CaBundle { get; }

    public RetryMode? RetryMode { get; }

    /// <summary>Of one call, the first attempt included; at least 1.</summary>
    public int? MaxAttempts { get; }

    /// <param name="env">The environment as it was at the start.</param>
    /// <param name="profiles">The files that this environment names.</param>
    /// <param name="profileName">A profile that a registry map or option names; null leaves it to the
    /// environment.</param>
    /// <param name="givenBy">Who names that profile, for the message where it is not there.</param>
    /// <exception cref="HelperException">An unknown profile or an unusable value.</exception>
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

    /// <inheritdoc cref="EndpointUrls.Find"/>
    public (Uri Url, string Origin)? EndpointUrl(string serviceId) => _endpoints.Find(serviceId);

    /// <summary>An unknown profile in words, for every place that meets one (a <c>source_profile</c> too).</summary>
    /// <param name="name">The profile.</param>
    /// <param name="origin">Who names it, for the message: a variable, <c>the registry map</c>.</param>
    /// <param name="profiles">Where it is not.</param>
    public static HelperException UnknownProfile(string name, string origin, AwsProfiles profiles)
    {
        string shown = SettingValue.Printable(name);
        string named = origin is Given or DefaultProfile ? "" : $" (named by {origin})";
        string files =
            $"{SettingValue.Printable(profiles.ConfigPath)} or {SettingValue.Printable(profiles.CredentialsPath)}";
        string hint = profiles.DoubtAboutHeader(name) ?? NearProfile(name, profiles) ?? AwsCli.ConfigureProfile(name);
        return new HelperException(FailureKind.Configuration, $"profile '{shown}' not found in {files}{named}", hint)
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

    /// <summary>
    /// A region becomes part of host names, so botocore's own test: a host label. New regions need no list.
    /// </summary>
    private static string ValidateRegion(Setting setting, AwsProfile profile)
    {
        string region = setting.Value;
        bool isLabel =
            region.Length <= LongestRegion
            && !region.AsSpan().ContainsAnyExcept(RegionCharacters)
            && region[0] != '-'
            && region[^1] != '-'
            && region.AsSpan().ContainsAnyInRange('a', 'z');
        if (isLabel)
            return region;
        string hint = setting.Origin.StartsWith("AWS_", StringComparison.Ordinal)
            ? $"set {setting.Origin} to a region such as eu-west-1"
            : $"aws configure set region eu-west-1 --profile {SettingValue.Argument(profile.Name)}";
        throw SettingLookup.Refusal(setting, "which is no region", hint);
    }

    private static RetryMode ValidateMode(Setting setting) =>
        setting.Value.ToLowerInvariant() switch
        {
            "legacy" => Config.RetryMode.Legacy,
            "standard" => Config.RetryMode.Standard,
            "adaptive" => Config.RetryMode.Adaptive,
            _ => throw SettingLookup.Refusal(
                setting,
                "which is no retry mode",
                "write standard or adaptive there, or remove it"
            ),
        };
}
