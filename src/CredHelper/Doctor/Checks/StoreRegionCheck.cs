using CredHelper.Aws.Config;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks the region: as a credsStore this program serves what <c>list</c> prints, which requires a region.
/// </summary>
internal sealed class StoreRegionCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (
            context.Helper is not { } helper
            || context.Client.Kind == ClientKind.Podman
            || !context.Sources.Any(config => config.Config.CredsStore == HelperName.Short)
        )
        {
            yield break;
        }

        Finding finding;
        try
        {
            AwsSettings settings = AwsSettings.Resolve(helper.Environment, AwsProfiles.Load(helper.Environment), null);
            finding = settings.Region is { } region
                ? Finding.Ok("ECR403", $"region for credsStore: {region} ({settings.RegionOrigin})")
                : Finding
                    .Fail(
                        "ECR403",
                        "no region is configured, so as credsStore this helper cannot list your registries",
                        RemedyOf(context)
                    )
                    .On(new Subject(SubjectKind.StoreRegion));
        }
        catch (HelperException exception)
        {
            finding = Finding
                .Fail("ECR403", $"region: {exception.Message}", context.Commands.Of(exception))
                .On([new Subject(SubjectKind.StoreRegion), .. Subject.Of(exception)]);
        }
        yield return finding;
    }

    private static Remedy RemedyOf(CheckContext context) =>
        context.Registries is [{ Region: var region }, ..]
            ? Remedy.Run(context.Commands.AsClient($"aws configure set region {region}"))
            : Remedy.Advise("set AWS_REGION for the client, or list the registries in credHelpers");
}
