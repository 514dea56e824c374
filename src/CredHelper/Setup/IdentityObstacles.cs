using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>Errors in the given registries that would make every request for their credentials fail.</summary>
internal static class IdentityObstacles
{
    /// <summary>Regions that this version does not know as regions of AWS.</summary>
    /// <param name="region">The value of <c>--region</c>, or null.</param>
    public static IEnumerable<Obstacle> OfRegions(IEnumerable<RegistryArgument> registries, string? region) =>
        registries
            .Where(registry => registry.Registry.AccountId is not null)
            .Select(registry => registry.Registry.Region)
            .Append(region)
            .OfType<string>()
            .Distinct()
            .Where(name => !KnownRegions.Contains(name))
            .Select(Unknown);

    private static Obstacle Unknown(string region)
    {
        var obstacle = new Obstacle($"'{ForeignText.Clean(region)}' is not an AWS region that this version knows");
        return NearNames.Of(region, KnownRegions.All) is [var near, ..]
            ? obstacle with
            {
                Correction = given => given.Replacing(region, near),
            }
            : obstacle with
            {
                Advice = "use a region of AWS, such as eu-west-1",
            };
    }

    /// <summary>Profiles that are missing from the AWS configuration.</summary>
    /// <param name="environment">The environment of the user who requests the credentials.</param>
    public static IEnumerable<Obstacle> OfProfiles(
        EnvironmentSnapshot environment,
        IEnumerable<RegistryArgument> registries
    )
    {
        string[] wanted =
        [
            .. registries
                .Select(registry => registry.Profile)
                .OfType<string>()
                .Where(name => name != AwsSettings.DefaultProfile)
                .Distinct(),
        ];
        if (wanted.Length == 0)
            return [];
        try
        {
            AwsProfiles profiles = AwsProfiles.Load(environment);
            return [.. wanted.Where(name => profiles.Find(name) is null).Select(name => Missing(profiles, name))];
        }
        catch (HelperException exception)
        {
            return [new Obstacle(exception.Message) { MayPass = true, Advice = exception.Hint }];
        }
    }

    private static Obstacle Missing(AwsProfiles profiles, string name)
    {
        var obstacle = new Obstacle(
            $"{ForeignText.Clean(profiles.ConfigPath)} has no profile '{ForeignText.Clean(name)}'"
        )
        {
            MayPass = true,
        };
        return NearNames.Of(name, profiles.Names) is [var near, ..]
            ? obstacle with
            {
                Correction = given => given.Replacing($"={name}", $"={near}"),
            }
            : obstacle with
            {
                Advice = $"add [profile {ForeignText.Clean(name)}] to {ForeignText.Clean(profiles.ConfigPath)}",
            };
    }
}
