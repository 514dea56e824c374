using CredHelper.Diagnostics;

namespace CredHelper.PullResolution;

/// <summary>Names of helpers, as configurations write them, and the programs that they stand for.</summary>
internal static class HelperProgram
{
    public static string Of(string helper) => HelperName.Prefix + helper;

    public static string NotOnPath(string helper) => $"{Of(helper)} is not on the PATH";
}
