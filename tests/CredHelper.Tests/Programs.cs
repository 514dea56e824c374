using System.Diagnostics;
using System.Text;
using CredHelper.Platform;

namespace CredHelper.Tests;

/// <summary>The result of a program.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error);

/// <summary>
/// Runs other programs, and the managed build of this one, as child processes with a given environment.
/// </summary>
internal static class Programs
{
    /// <summary>The program's managed build, which is built next to the tests.</summary>
    public static readonly string Ours = Path.Combine(AppContext.BaseDirectory, "docker-credential-ecr-login.dll");

    public static string Dotnet =>
        Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? self
            : Find("dotnet") ?? throw new InvalidOperationException("dotnet is not in PATH");

    public static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux has this.");
    }

    public static void RequireRoot()
    {
        RequireLinux();
        if (Environment.UserName != "root")
            Assert.Skip("Only root can make files of another user.");
    }

    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    public static ProgramRun Run(string program, params string[] arguments)
    {
        ProgramRun run = Task.Run(() => RunAsync(program, arguments, null, "")).GetAwaiter().GetResult();
        Assert.Equal(0, run.ExitCode);
        return run;
    }

    /// <summary>Runs a verb of the program.</summary>
    public static Task<ProgramRun> OursAsync(string verb, string input, EnvironmentSnapshot environment) =>
        RunAsync(Dotnet, [Ours, verb], environment.Variables, input);

    /// <param name="program">A name to find in PATH, or an absolute path.</param>
    /// <param name="arguments">The arguments, passed unchanged.</param>
    /// <param name="environment">The child's environment, to which PATH and DOTNET_ROOT are added; null for the current
    /// environment.</param>
    /// <param name="input">Its standard input.</param>
    public static async Task<ProgramRun> RunAsync(
        string program,
        string[] arguments,
        IReadOnlyDictionary<string, string>? environment,
        string input
    )
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        if (environment is not null)
        {
            string[] kept = ["PATH", "DOTNET_ROOT"];
            foreach (string name in start.Environment.Keys.Except(kept).ToArray())
                start.Environment.Remove(name);
            foreach ((string name, string value) in environment)
                start.Environment[name] = value;
        }
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken),
            error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input.
        }
        await process.WaitForExitAsync(cancellationToken);
        return new ProgramRun(process.ExitCode, await output, await error);
    }
}
