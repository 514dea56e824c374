using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// The command that runs this program, for hints: its name if it is on the PATH, otherwise its path, because it also
/// works without installation.
/// </summary>
internal static class OwnCommand
{
    public static string For(EnvironmentSnapshot environment) =>
        string.Join(' ', WordsFor(environment).Select(ShellWord.Quote));

    /// <summary>The words before the name of a command.</summary>
    public static string[] WordsFor(EnvironmentSnapshot environment) =>
        SearchPath.Find(environment, HelperName.Program) is { } found
        && SearchPath.AreSame(found, Environment.ProcessPath)
            ? [HelperName.Program]
            : OwnProgram.Words;
}
