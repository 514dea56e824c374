using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>What in the registries of a setup would make every request for their credentials fail.</summary>
internal static class IdentityObstacles
{
    /// <summary>Regions that AWS does not have, as far as this version knows.</summary>
    /// <param name="region">Of <c>--region</c>; null if it is not given.</param>
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
        var obstacle = new Obstacle($"AWS has no region '{ForeignText.Clean(region)}', as far as this version knows");
        return NearNames.Of(region, KnownRegions.All) is [var near, ..]
            ? obstacle with
            {
                Correction = given => given.Replacing(region, near),
            }
            : obstacle with
            {
                Advice = "give a region of AWS, such as eu-west-1",
            };
    }

    /// <summary>Profiles that the AWS configuration lacks.</summary>
    /// <param name="environment">Of the user who will request the credentials.</param>
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
