using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// Chooses the credential source of a registry, in the order of the AWS SDKs, without a request. <c>get</c> resolves
/// the source, <c>explain</c> and <c>doctor</c> describe it. A source that applies and fails is an error; only one
/// that does not apply is passed over. The default resolver of the AWS SDK is not used: it starts file watchers whose
/// teardown costs 14 ms, goes on to instance metadata after a profile's error, and needs 15 s if metadata hangs.
/// </summary>
internal sealed class CredentialPlanner(AwsContext aws)
{
    private const string SetSome =
        "run `aws configure`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for the "
        + "process that pulls";

    private readonly ProfilePlanner _profiles = new(aws);
    private readonly List<string> _warnings = [];

    /// <summary>
    /// Why the source planned last may not be the one that the user expects, in words for <c>explain</c> and
    /// <c>doctor</c>.
    /// </summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The source that was chosen for a registry: where it starts, and the role on top.</summary>
    /// <exception cref="HelperException">No source applies, or the one that does cannot be used.</exception>
    public ICredentialSource Plan(IdentityChoice choice)
    {
        _warnings.Clear();
        if (choice is { WebIdentityTokenVariable: { } variable, RoleArn: { } webRole })
        {
            var token = new Dependency(DependencyKind.Variable, variable);
            return new WebIdentityRole(aws, token, RequestOf(choice, webRole), choice.IsTokenRenewed);
        }
        ICredentialSource start = Start(choice);
        return choice.RoleArn is { } role ? new AssumedRole(aws, start, RequestOf(choice, role)) : start;
    }

    private ICredentialSource Start(IdentityChoice choice)
    {
        if (choice.Profile is { } profile)
            return _profiles.OfNamed(profile, choice.Origin);
        return choice.CredentialSource is { } name ? NamedSource.Of(aws, name) : Ambient();
    }

    /// <summary>
    /// The identity of whoever runs us, in botocore's order: environment keys, a role of the profile, web identity of
    /// the environment, the profile's other settings, container, instance metadata.
    /// </summary>
    private ICredentialSource Ambient()
    {
        if (AccessKey.InEnvironment(aws.Environment) is { } key)
            return key;
        AwsProfile profile = aws.Settings.Profile;
        if (_profiles.RoleOf(profile) is { } assumed)
            return assumed;
        if (WebIdentityRole.InEnvironment(aws, out string whyNoWebIdentity) is { } role)
            return role;
        if (_profiles.Of(profile) is { } source)
            return source;
        // A profile that was meant to hold credentials must not end in the role of the machine.
        if (IsNamed && aws.Profiles.DoubtAbout(profile) is not null)
            throw _profiles.WithoutCredentials(profile);
        return OfMachine(whyNoWebIdentity);
    }

    private bool IsNamed => aws.Settings.ProfileOrigin != AwsSettings.DefaultProfile;

    private ICredentialSource OfMachine(string whyNoWebIdentity)
    {
        if (IsNamed)
            _warnings.Add($"{NamedWithoutCredentials()}; using the identity of this machine");
        _warnings.AddRange(aws.Profiles.Absent.Select(absent => $"{absent}; using the identity of this machine"));
        var container = new ContainerCredentials(aws);
        if (container.Applies)
            return container;
        string looked =
            $"AWS_ACCESS_KEY_ID is not set; {whyNoWebIdentity}; {NoProfile()}; no container credentials ("
            + $"{ContainerCredentials.RelativeUri}, {ContainerCredentials.FullUri} are not set)";
        return new InstanceMetadata(
            aws,
            $"no AWS credentials found: {looked}; ",
            IsNamed ? $"aws configure --profile {SettingValue.Argument(aws.Settings.ProfileName)}" : SetSome
        );
    }

    private string NamedWithoutCredentials() =>
        $"{aws.Settings.Profile} ({aws.Settings.ProfileOrigin}) holds no credentials";

    private string NoProfile() => IsNamed ? NamedWithoutCredentials() : NoDefaultProfile();

    private string NoDefaultProfile() =>
        $"no default profile with credentials in {SettingValue.Printable(aws.Profiles.CredentialsPath)} "
        + $"or {SettingValue.Printable(aws.Profiles.ConfigPath)}"
        + (aws.Profiles.DoubtAbout(aws.Settings.Profile) is { } doubt ? $" ({doubt})" : "")
        + string.Concat(aws.Profiles.Absent.Select(absent => $"; {absent}"));

    private static RoleRequest RequestOf(IdentityChoice choice, string roleArn) =>
        new(roleArn)
        {
            SessionName = choice.SessionName,
            ExternalId = choice.ExternalId,
            Region = choice.Region,
        };
}
