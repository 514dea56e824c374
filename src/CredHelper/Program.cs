using System.Text;
using CredHelper.Cli;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper;

/// <summary>
/// The entry: one verb, one answer. Every failure ends here in one line and exit code 1 (some clients take any other
/// code as success), never in a stack.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        try
        {
            StaticGlibc.UseOneArena();
            if (!OperatingSystem.IsWindows())
                Posix.ForbidCoreDumps();
            // The one call that happens all the time takes the shortest way.
            return args is [GetVerb.Name] ? GetVerb.Run(EnvironmentSnapshot.Take()) : CommandLine.Run(args);
        }
        catch (HelperException exception)
        {
            // The line stands where docker shows it, and never parses as JSON.
            return Fail(StandardStreams.WriteOutput, exception.MessageAndHint);
        }
        catch (IOException exception)
        {
            return Fail(
                StandardStreams.WriteError,
                $"{HelperName.Program}: cannot write the answer: {ForeignText.Clean(exception.Message)}"
            );
        }
        catch (UnauthorizedAccessException exception)
        {
            return Fail(
                StandardStreams.WriteError,
                $"{HelperName.Program}: {ForeignText.Clean(exception.Message)}; hint: look at owner and mode of "
                    + "that file and its directory (ls -l)"
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
            // Standard output is what failed: the exit code is all that is left to say it with.
        }
        return 1;
    }
}
