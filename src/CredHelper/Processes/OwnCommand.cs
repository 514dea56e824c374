using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// How this very program is called in a remedy: by its name where the PATH leads to it, else by its path, since it
/// works uninstalled.
/// </summary>
internal static class OwnCommand
{
    public static string For(EnvironmentSnapshot environment) =>
        string.Join(' ', WordsFor(environment).Select(ShellWord.Quote));

    /// <summary>The words in front of a command's name.</summary>
    public static string[] WordsFor(EnvironmentSnapshot environment) =>
        SearchPath.Find(environment, HelperName.Program) is { } found && found == Environment.ProcessPath
            ? [HelperName.Program]
            : OwnProgram.Words;
}
