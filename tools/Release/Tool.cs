using System.Diagnostics;

namespace CredHelper.Release;

/// <summary>Other programs: dotnet, git, minisign, gpg.</summary>
internal static class Tool
{
    public static string Read(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Start(start);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new ReleaseException($"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new ReleaseException($"{start.FileName} does not start");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ReleaseException($"{start.FileName} does not start: {e.Message}");
        }
    }
}

/// <summary>Why there is no release.</summary>
internal sealed class ReleaseException(string message) : Exception(message);
