using System.Diagnostics;

namespace CredHelper.Release;

/// <summary>Other programs: dotnet, git, minisign, gpg.</summary>
internal static class Tool
{
    public static string Read(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new ReleaseException($"{program} does not start");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new ReleaseException($"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output}");
    }
}

/// <summary>Why there is no release.</summary>
internal sealed class ReleaseException(string message) : Exception(message);
