using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The source that a <c>credential_source</c> names: Environment, Ec2InstanceMetadata or EcsContainer.
/// </summary>
internal static class NamedSource
{
    private const string Keys = "Environment",
        Metadata = "Ec2InstanceMetadata",
        Container = "EcsContainer";

    /// <exception cref="HelperException">There is no such source, or it does not apply here.</exception>
    public static ICredentialSource Of(AwsContext aws, string name) =>
        name switch
        {
            Keys => AccessKey.InEnvironment(aws.Environment)
                ?? throw None(Keys, "AWS_ACCESS_KEY_ID is not set", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
            Container => new ContainerCredentials(aws) is { Applies: true } container
                ? container
                : throw None(
                    Container,
                    $"neither {ContainerCredentials.RelativeUri} nor {ContainerCredentials.FullUri} is set",
                    "assign a role to the task or pod"
                ),
            Metadata => new InstanceMetadata(
                aws,
                Nothing(Metadata),
                "attach a role to the instance (instance profile), or use source_profile"
            ),
            _ => throw new HelperException(
                FailureKind.Configuration,
                $"credential_source {SettingValue.Shown(name)} is not a valid value",
                $"set it to {Keys}, {Metadata} or {Container}"
            ),
        };

    private static HelperException None(string name, string why, string hint) =>
        new(FailureKind.NoCredentials, Nothing(name) + why, hint);

    private static string Nothing(string name) => $"credential_source = {name} has no credentials: ";
}
