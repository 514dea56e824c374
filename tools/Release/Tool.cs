using System.Diagnostics;

namespace CredHelper.Release;

/// <summary>Runs other programs: dotnet, git, dpkg, minisign.</summary>
internal static class Tool
{
    public static string Read(string program, params string[] arguments) => Run(program, arguments, input: null);

    /// <param name="input">The standard input, such as a password, which must not be an argument.</param>
    public static void Feed(string input, string program, params string[] arguments) => Run(program, arguments, input);

    /// <summary>The output of a program, or null if it is not installed or fails.</summary>
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

    /// <summary>The path of a program on the PATH, or null.</summary>
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

    // A program that does not read its input may end before it is written; its exit code tells how that went.
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

/// <summary>Why a release cannot be made.</summary>
internal sealed class ReleaseException(string message) : Exception(message);
