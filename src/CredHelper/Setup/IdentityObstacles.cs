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
            .Select(name => new Obstacle(
                $"AWS has no region '{ForeignText.Clean(name)}', as far as this version knows",
                NearNames.Suggest(name, KnownRegions.All) ?? "check its name"
            ));

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
            return [new Obstacle(exception.Message, exception.Hint ?? "repair it")];
        }
    }

    private static Obstacle Missing(AwsProfiles profiles, string name) =>
        new(
            $"{ForeignText.Clean(profiles.ConfigPath)} has no profile '{ForeignText.Clean(name)}'",
            NearNames.Of(name, profiles.Names) is [var near, ..]
                ? $"did you mean '{ForeignText.Clean(near)}'?"
                : $"add [profile {ForeignText.Clean(name)}] there"
        );
}
