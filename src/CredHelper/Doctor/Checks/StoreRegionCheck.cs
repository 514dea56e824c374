using CredHelper.Aws.Config;

namespace CredHelper.Doctor.Checks;

/// <summary>As credsStore only what <c>list</c> names is served, and that takes a region.</summary>
internal sealed class StoreRegionCheck : ICheck
{
    public IEnumerable<Finding> Run(DoctorRun run)
    {
        if (
            run.Invocation is not { } invocation
            || run.Seat.Client == Client.Podman
            || !run.Configs.Texts.Any(config => config.Config.CredsStore == Setup.HomeSettings.HelperName)
        )
            yield break;
        Finding finding;
        try
        {
            AwsSettings settings = AwsSettings.Resolve(
                invocation.Environment,
                AwsProfiles.Load(invocation.Environment),
                null
            );
            finding = settings.Region is { } region
                ? Finding.Ok("ECR403", $"region for credsStore: {region} ({settings.RegionOrigin})")
                : Finding.Fail(
                    "ECR403",
                    "no region is configured, so as credsStore we can name no registry of yours",
                    "aws configure set region eu-west-1, or name the registries in credHelpers"
                );
        }
        catch (HelperException exception)
        {
            finding = Finding.Fail("ECR403", "region", exception);
        }
        yield return finding;
    }
}
