using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Setup;

/// <summary>
/// Registries from <c>~/.aws/config</c>: one for each profile that has both a region and an account, with that profile
/// as the identity. If several profiles name one registry, the first is used and a note names the others.
/// </summary>
internal sealed record ProfileRegistries(IReadOnlyList<RegistryArgument> Registries, IReadOnlyList<string> Notes)
{
    /// <param name="given">Registries given on the command line; profiles for them are ignored.</param>
    public static ProfileRegistries Of(AwsProfiles profiles, IReadOnlyList<RegistryArgument> given)
    {
        var found = new List<RegistryArgument>();
        var notes = new List<string>();
        foreach (string name in profiles.Names)
        {
            if (RegistryOf(profiles, name) is not { } registry || given.Any(one => one.Host == registry.Host))
                continue;
            if (found.Find(one => one.Host == registry.Host) is { } first)
            {
                notes.Add(
                    $"{registry.Host}: using profile '{ForeignText.Clean(first.Profile)}', not '"
                        + $"{ForeignText.Clean(name)}' for the same registry; use --registry {registry.Host}=PROFILE "
                        + "to choose"
                );
            }
            else
            {
                found.Add(registry);
            }
        }
        return new ProfileRegistries(found, notes);
    }

    private static RegistryArgument? RegistryOf(AwsProfiles profiles, string name)
    {
        AwsProfile profile = profiles.FindOrEmpty(name);
        string? account = profile["sso_account_id"] ?? profile["role_arn"]?.Split(':').ElementAtOrDefault(4);
        if (account is not { Length: 12 } || !account.All(char.IsAsciiDigit))
            return null;
        return profile["region"] is { } region && Partition.OfRegion(region) is not null
            ? new RegistryArgument(EcrRegistry.OfAccount(account, region), name, null)
            : null;
    }
}
