using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The command of a <c>credential_process</c> on Windows. Like the AWS CLI, this splits it by the rules of the
/// Microsoft C runtime and starts the program without a shell, so that quotes, <c>%</c> and <c>&amp;</c> reach it
/// unchanged.
/// </summary>
internal static class WindowsCommand
{
    /// <param name="words">What the command belongs to, for messages.</param>
    /// <exception cref="HelperException">There is no such program, or a quote is not closed.</exception>
    public static (string Path, string[] Arguments) Parse(string command, EnvironmentSnapshot environment, string words)
    {
        if (WindowsCommandLine.Split(command) is not [var name, .. var arguments])
            throw Refusal($"{words}: the command is empty or has a quote that is not closed");
        string? path = Path.IsPathFullyQualified(name)
            ? SearchPath.FindAt(environment, name)
            : SearchPath.Find(environment, name);
        return path is null ? throw Refusal($"{words}: the program is not on the PATH") : (path, arguments);
    }

    private static HelperException Refusal(string message) =>
        new(FailureKind.Configuration, message, "name the program by its full path, and quote words with blanks by \"");
}
