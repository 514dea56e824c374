using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>The credential source that was chosen.</summary>
/// <param name="Warnings">
/// Why it may not be the source that the user expects, for <c>explain</c> and <c>doctor</c>.
/// </param>
internal sealed record CredentialPlan(ICredentialSource Source, IReadOnlyList<string> Warnings);

/// <summary>
/// Chooses the credential source of a registry, in the order of the AWS SDKs, without sending a request. <c>get</c>
/// resolves the source, <c>explain</c> and <c>doctor</c> describe it. A source that applies but fails is an error; only
/// sources that do not apply are skipped. The default resolver of the AWS SDK is not used: it starts file watchers that
/// take 14 ms to stop, falls back to IMDS after an error in a profile, and takes 15 s if IMDS hangs.
/// </summary>
internal sealed class CredentialPlanner(AwsContext aws)
{
    private const string SetSome =
        $"run `{AwsCli.Configure}`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for the "
        + "process that pulls";

    private readonly ProfilePlanner _profiles = new(aws);

    /// <summary>
    /// Chooses the source of a registry: the first credentials, and the role that is assumed with them.
    /// </summary>
    /// <exception cref="HelperException">No source applies, or the one that applies cannot be used.</exception>
    public CredentialPlan Plan(IdentityChoice choice)
    {
        if (choice is { WebIdentityTokenVariable: { } variable, RoleArn: { } webRole })
        {
            var token = new Dependency(DependencyKind.Variable, variable);
            return Certain(
                new WebIdentityRole(aws, token, RequestOf(choice, webRole), isRenewed: choice.IsTokenRenewed)
            );
        }
        CredentialPlan start = Start(choice);
        return choice.RoleArn is { } role
            ? start with
            {
                Source = new AssumedRole(aws, start.Source, RequestOf(choice, role)),
            }
            : start;
    }

    private CredentialPlan Start(IdentityChoice choice)
    {
        if (choice.AccessKeyAccount is { } account)
            return Certain(AccessKey.InEnvironment(aws.Environment, account) ?? throw BlankKey(account));
        if (choice.Profile is { } profile)
            return Certain(_profiles.OfNamed(profile, choice.Origin));
        return choice.CredentialSource is { } name ? Certain(NamedSource.Of(aws, name)) : Ambient();
    }

    private static HelperException BlankKey(string account) =>
        new(
            FailureKind.Configuration,
            $"{AccessKey.IdVariable}_{account} contains only white space",
            $"set it and {AccessKey.SecretVariable}_{account}, or unset both"
        );

    private static CredentialPlan Certain(ICredentialSource source) => new(source, []);

    /// <summary>
    /// Chooses the identity of the calling process, in botocore's order: keys in the environment, a role of the
    /// profile, web identity in the environment, the profile's other settings, container credentials, IMDS.
    /// </summary>
    private CredentialPlan Ambient()
    {
        if (AccessKey.InEnvironment(aws.Environment) is { } key)
            return Certain(key);
        AwsProfile profile = aws.Settings.Profile;
        if (_profiles.RoleOf(profile) is { } assumed)
            return Certain(assumed);
        if (WebIdentityRole.InEnvironment(aws, out string whyNoWebIdentity) is { } role)
            return Certain(role);
        if (_profiles.Of(profile) is { } source)
            return Certain(source);
        // If a profile was meant to have credentials, do not fall back to the role of the machine.
        if (IsNamed && aws.Profiles.SuggestionFor(profile) is not null)
            throw _profiles.WithoutCredentials(profile);
        return new CredentialPlan(OfMachine(whyNoWebIdentity), [.. WarningsOfMachine()]);
    }

    private bool IsNamed => aws.Settings.ProfileOrigin != AwsSettings.DefaultProfile;

    private ICredentialSource OfMachine(string whyNoWebIdentity)
    {
        var container = new ContainerCredentials(aws);
        if (container.Applies)
            return container;
        string looked =
            $"AWS_ACCESS_KEY_ID is not set; {whyNoWebIdentity}; {NoProfile()}; no container credentials ("
            + $"{ContainerCredentials.RelativeUri}, {ContainerCredentials.FullUri} are not set)";
        return new InstanceMetadata(
            aws,
            $"no AWS credentials found: {looked}; ",
            IsNamed ? AwsCli.ConfigureProfile(aws.Settings.ProfileName) : SetSome
        )
        {
            Command = IsNamed ? AwsCli.ConfigureProfile(aws.Settings.ProfileName) : AwsCli.Configure,
        };
    }

    /// <summary>Describes settings that were meant to provide credentials but do not.</summary>
    private IEnumerable<string> WarningsOfMachine()
    {
        IEnumerable<string> absent = aws.Profiles.Absent;
        if (IsNamed)
            absent = absent.Prepend(NamedWithoutCredentials());
        else if (aws.Profiles.SuggestionFor(aws.Settings.Profile) is { } suggestion)
            absent = absent.Prepend(suggestion);
        return absent.Select(what => $"{what}; using the identity of this machine");
    }

    private string NamedWithoutCredentials() =>
        $"{aws.Settings.Profile} ({aws.Settings.ProfileOrigin}) has no credentials";

    private string NoProfile() => IsNamed ? NamedWithoutCredentials() : NoDefaultProfile();

    private string NoDefaultProfile() =>
        $"no default profile with credentials in {SettingValue.Printable(aws.Profiles.CredentialsPath)} "
        + $"or {SettingValue.Printable(aws.Profiles.ConfigPath)}"
        + (aws.Profiles.SuggestionFor(aws.Settings.Profile) is { } suggestion ? $" ({suggestion})" : "")
        + string.Concat(aws.Profiles.Absent.Select(absent => $"; {absent}"));

    private static RoleRequest RequestOf(IdentityChoice choice, string roleArn) =>
        new(roleArn)
        {
            SessionName = choice.SessionName,
            ExternalId = choice.ExternalId,
            Region = choice.Region,
        };
}
