using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// A registry as the user names it to a command: its host or <c>ACCOUNT/REGION</c>. It has no port and no path, because
/// docker uses it as a key.
/// </summary>
internal static class RegistryName
{
    /// <summary>Returns null if it is neither.</summary>
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

    /// <summary>Whether the text has the form <c>ACCOUNT/REGION</c>, even if the region does not exist.</summary>
    public static bool IsShort(string name) =>
        name.Split('/') is [{ Length: 12 } account, { Length: > 0 }] && account.All(char.IsAsciiDigit);
}
