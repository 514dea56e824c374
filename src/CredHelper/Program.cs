using System.Text;
using CredHelper.Cli;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper;

/// <summary>
/// The entry point. Every failure ends here as one line and exit code 1, because some clients take any other code as
/// success. A stack trace is never printed.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                StaticGlibc.UseOneArena();
            if (!OperatingSystem.IsWindows())
                Posix.ForbidCoreDumps();
            // get is called far more often than anything else, so it skips the command tree.
            return args is [GetVerb.Name] ? GetVerb.Run(EnvironmentSnapshot.Take()) : CommandLine.Run(args);
        }
        catch (HelperException exception)
        {
            // Docker shows standard output to its user. The line must not be valid JSON, or docker would take it for
            // credentials.
            return Fail(StandardStreams.WriteOutput, exception.MessageAndHint);
        }
        catch (IOException exception)
        {
            return Fail(
                StandardStreams.WriteError,
                $"{HelperName.Program}: cannot write the output: {ForeignText.Clean(exception.Message)}"
            );
        }
        catch (UnauthorizedAccessException exception)
        {
            string hint = OperatingSystem.IsWindows()
                ? "check owner and access list of that file and its directory (icacls)"
                : "check owner and mode of that file and its directory (ls -l)";
            return Fail(
                StandardStreams.WriteError,
                $"{HelperName.Program}: {ForeignText.Clean(exception.Message)}; hint: {hint}"
            );
        }
        catch (Exception exception)
        {
            return Fail(
                StandardStreams.WriteError,
                $"{HelperName.Program}: {HelperException.OfFault(exception).MessageAndHint}"
            );
        }
    }

    private delegate void Writer(ReadOnlySpan<byte> bytes);

    private static int Fail(Writer write, string line)
    {
        try
        {
            write(Encoding.UTF8.GetBytes(ForeignText.Line(line) + "\n"));
        }
        catch (IOException)
        {
            // Writing the message failed as well, so only the exit code reports the failure.
        }
        return 1;
    }
}
