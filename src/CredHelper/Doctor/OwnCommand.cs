using CredHelper.Diagnostics;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Doctor;

/// <summary>
/// How this very program is called in a remedy: by its name where the PATH leads to it, else by its path, since doctor
/// works uninstalled.
/// </summary>
internal static class OwnCommand
{
    public static string For(EnvironmentSnapshot environment) =>
        SearchPath.Find(environment, HelperName.Program) is { } found && found == Environment.ProcessPath
            ? HelperName.Program
            : OwnProgram.CommandLine;
}
