using CredHelper.Diagnostics;

namespace CredHelper.PullResolution;

/// <summary>Names of helpers as configurations write them, and the corresponding programs.</summary>
internal static class HelperProgram
{
    public static string Of(string helper) => HelperName.Prefix + helper;

    /// <summary>Whether a name means this program, written as clients expect it or as a file name.</summary>
    public static bool IsOurs(string helper) => (ShortNameOf(helper) ?? helper) == HelperName.Short;

    /// <summary>The helper's name in a complete file name; null if it is not a file name of a helper.</summary>
    public static string? ShortNameOf(string helper)
    {
        string meant = helper.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? helper[..^4] : helper;
        if (meant.StartsWith(HelperName.Prefix, StringComparison.Ordinal))
            meant = meant[HelperName.Prefix.Length..];
        return meant == helper || meant.Length == 0 ? null : meant;
    }

    public static string NotOnPath(string helper) => $"{Of(helper)} is not on the PATH";
}
