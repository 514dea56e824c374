using Amazon.Runtime;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// Finds the AWS identity in the order of the AWS SDKs, but not by Core's default resolver: that one starts file
/// watchers
/// whose teardown costs 14 ms, goes on to instance metadata after a profile's error, and needs 15 s where metadata
/// hangs.
/// A source that applies and fails is an error of its own; only one that does not apply is passed over, and why is
/// told.
/// </summary>
internal sealed class CredentialChain(AwsContext aws)
{
    private const string SetSome =
        "run `aws configure`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for the "
        + "process that pulls";

    /// <summary>
    /// The identity of whoever runs us: environment keys, web identity, profile, container, instance metadata.
    /// </summary>
    /// <exception cref="HelperException">No source applies, or the one that does fails.</exception>
    public async Task<AwsIdentity> ResolveAmbientAsync(CancellationToken cancellationToken)
    {
        if (EnvironmentKeys(aws.Environment) is { } keys)
            return keys;
        MetadataResult web = await new WebIdentityRole(aws).FindInEnvironmentAsync(cancellationToken);
        if (web.Identity is { } role)
            return role;
        AwsSettings settings = aws.Settings;
        // A profile that somebody names must not end in the role of the machine.
        if (settings.ProfileOrigin != AwsSettings.DefaultProfile)
            return await new ProfileCredentials(aws).ResolveNamedAsync(settings.ProfileName, cancellationToken);
        if (await new ProfileCredentials(aws).TryResolveAsync(settings.Profile, cancellationToken) is { } identity)
            return identity;
        var container = new ContainerCredentials(aws);
        if (container.Applies)
            return await container.ResolveAsync(cancellationToken);

        string looked =
            $"AWS_ACCESS_KEY_ID is not set; {web.Why}; {NoProfile()}; no container credentials ("
            + $"{ContainerCredentials.RelativeUri}, {ContainerCredentials.FullUri} are not set)";
        try
        {
            MetadataResult metadata = await new InstanceMetadata(aws).FindAsync(cancellationToken);
            return metadata.Identity
                ?? throw new HelperException(
                    FailureKind.NoCredentials,
                    $"no AWS credentials found: {looked}; {metadata.Why}",
                    SetSome
                );
        }
        catch (HelperException exception) when (exception.Kind == FailureKind.MetadataTimeout)
        {
            throw new HelperException(
                exception.Kind,
                $"no AWS credentials found: {looked}; {exception.Message}",
                exception.Hint,
                exception
            );
        }
    }

    /// <summary>What a <c>credential_source</c> names: Environment, Ec2InstanceMetadata or EcsContainer.</summary>
    /// <exception cref="HelperException">There is no such source, or it has no credentials.</exception>
    public async Task<AwsIdentity> ResolveSourceAsync(string credentialSource, CancellationToken cancellationToken)
    {
        const string Metadata = "Ec2InstanceMetadata",
            Container = "EcsContainer",
            Keys = "Environment";
        switch (credentialSource)
        {
            case Keys:
                return EnvironmentKeys(aws.Environment)
                    ?? throw None(
                        Keys,
                        "AWS_ACCESS_KEY_ID is not set",
                        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    );
            case Container:
                var container = new ContainerCredentials(aws);
                return container.Applies
                    ? await container.ResolveAsync(cancellationToken)
                    : throw None(
                        Container,
                        $"neither {ContainerCredentials.RelativeUri} nor {ContainerCredentials.FullUri} is set",
                        "give the task or pod a role"
                    );
            case Metadata:
                MetadataResult finding = await new InstanceMetadata(aws).FindAsync(cancellationToken);
                return finding.Identity
                    ?? throw None(
                        Metadata,
                        finding.Why,
                        "give the instance a role (instance profile), or use source_profile"
                    );
            default:
                throw new HelperException(
                    FailureKind.Configuration,
                    $"credential_source {SettingValue.Shown(credentialSource)} is not known",
                    $"write {Keys}, {Metadata} or {Container}"
                );
        }
    }

    /// <summary>The keys of the environment; null where there are none.</summary>
    /// <exception cref="HelperException">One half of a pair is missing.</exception>
    public static AwsIdentity? EnvironmentKeys(EnvironmentSnapshot environment)
    {
        string? id = environment["AWS_ACCESS_KEY_ID"],
            secret = environment["AWS_SECRET_ACCESS_KEY"],
            session = environment["AWS_SESSION_TOKEN"];
        if (id is null && secret is null)
            return null;
        if (id is null || secret is null)
        {
            (string present, string missing) = id is null
                ? ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID")
                : ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
            throw new HelperException(
                FailureKind.Configuration,
                $"{present} is set and {missing} is not",
                $"set both, or unset {present} to use a profile"
            );
        }
        return new AwsIdentity(KeysOf(id, secret, session), "access key from the environment");
    }

    public static AWSCredentials KeysOf(string id, string secret, string? session) =>
        session is null ? new BasicAWSCredentials(id, secret) : new SessionAWSCredentials(id, secret, session);

    private string NoProfile() =>
        $"no default profile with credentials in {SettingValue.Printable(aws.Profiles.CredentialsPath)} "
        + $"or {SettingValue.Printable(aws.Profiles.ConfigPath)}"
        + (aws.Profiles.DoubtAbout(aws.Settings.Profile) is { } doubt ? $" ({doubt})" : "");

    private static HelperException None(string source, string why, string hint) =>
        new(FailureKind.NoCredentials, $"credential_source = {source} has no credentials: {why}", hint);
}
