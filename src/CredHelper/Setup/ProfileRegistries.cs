using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Setup;

/// <summary>
/// Registries found in <c>~/.aws/config</c>: of each profile that names both a region and an account, with that profile
/// as the identity. Of several profiles for one registry the first counts, and a note names the others.
/// </summary>
internal sealed record ProfileRegistries(IReadOnlyList<RegistryArgument> Registries, IReadOnlyList<string> Notes)
{
    /// <param name="given">Registries with an identity already; what is found for them does not count.</param>
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
                    $"{registry.Host}: profile '{ForeignText.Clean(first.Profile)}' signs in, not '"
                        + $"{ForeignText.Clean(name)}', which is for it as well; --registry {registry.Host}=PROFILE "
                        + "chooses"
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
