using System.Diagnostics;

namespace CredHelper.Release;

/// <summary>Other programs: dotnet, git, dpkg, minisign.</summary>
internal static class Tool
{
    public static string Read(string program, params string[] arguments) => Run(program, arguments, input: null);

    /// <param name="input">What it reads, such as a password; it stands in no argument list.</param>
    public static void Feed(string input, string program, params string[] arguments) => Run(program, arguments, input);

    /// <summary>Null where there is no such program, or it does not know the answer.</summary>
    public static string? TryRead(string program, params string[] arguments)
    {
        try
        {
            return Read(program, arguments);
        }
        catch (ReleaseException)
        {
            return null;
        }
    }

    /// <summary>A program's file on the PATH; null if there is none.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);

    private static string Run(string program, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = input is not null,
        };
        using var process = Start(start);
        if (input is not null)
        {
            Write(process.StandardInput, input);
        }
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new ReleaseException(
                $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{output}"
            );
    }

    // Whoever needs none of it may end before it is written; how that went, its exit code tells.
    private static void Write(StreamWriter target, string input)
    {
        try
        {
            target.Write(input);
            target.Close();
        }
        catch (IOException) { }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new ReleaseException($"{start.FileName} does not start");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new ReleaseException($"{start.FileName} does not start: {exception.Message}");
        }
    }
}

/// <summary>Why there is no release.</summary>
internal sealed class ReleaseException(string message) : Exception(message);
