using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// A registry as a person names it to a command: its host or <c>ACCOUNT/REGION</c>. What docker would make a key of has
/// no port and no path.
/// </summary>
internal static class RegistryName
{
    /// <summary>Null where it is neither.</summary>
    public static EcrRegistry? Find(string name)
    {
        if (IsShort(name))
        {
            return name.Split('/') is [var account, var region] && Partition.OfRegion(region) is not null
                ? EcrRegistry.OfAccount(account, region)
                : null;
        }

        return EcrRegistry.TryParse(name, out EcrRegistry? registry) ? registry : null;
    }

    /// <summary>Whether it has the form of <c>ACCOUNT/REGION</c>, be it a region or not.</summary>
    public static bool IsShort(string name) =>
        name.Split('/') is [{ Length: 12 } account, { Length: > 0 }] && account.All(char.IsAsciiDigit);
}
