using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CredHelper.Scenarios.Runner;

/// <summary>
/// The file under test: the value of <c>CREDHELPER_BINARY</c>, otherwise a Release publish for this machine, built
/// once. It is copied to a separate directory, readable by every user, which is the first in the PATH of scenarios. A
/// file made by <c>dotnet build</c> only runs next to its assemblies, so it is linked instead.
/// </summary>
internal static class PublishedBinary
{
    public const string Name = "docker-credential-ecr-login";

    private static readonly Lazy<string> LazyDirectory = new(Prepare);

    public static string Directory => LazyDirectory.Value;

    /// <summary>Whether it is a Windows program, which runs under Wine.</summary>
    public static bool IsWindows { get; } = Named?.EndsWith(".exe", StringComparison.Ordinal) == true;

    private static string? Named =>
        Environment.GetEnvironmentVariable("CREDHELPER_BINARY") is { Length: > 0 } named ? named : null;

    /// <summary>Mode 0755, for scenarios that continue as another user.</summary>
    public static void OpenToEveryone(string path) => File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);

    private static string Prepare()
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("credhelper-bin-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.Directory.Delete(directory, recursive: true);
        string binary = Named ?? Publish();
        if (IsWindows)
            WineProgram.Install(binary, directory, Name);
        else if (File.Exists(binary + ".dll"))
            File.CreateSymbolicLink(Path.Combine(directory, Name), Path.GetFullPath(binary));
        else
            File.Copy(binary, Path.Combine(directory, Name));
        File.CreateSymbolicLink(Path.Combine(directory, "ecr-login"), Name);
        OpenToEveryone(directory);
        OpenToEveryone(Path.Combine(directory, Name));
        return directory;
    }

    private static string Publish()
    {
        string output = Path.Combine(ScenarioFiles.RepositoryRoot, "artifacts", "scenarios");
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = ScenarioFiles.RepositoryRoot,
            RedirectStandardOutput = true,
        };
        foreach (
            string word in new[]
            {
                "publish",
                "src/CredHelper",
                "-c",
                "Release",
                "-r",
                RuntimeInformation.RuntimeIdentifier,
                "-o",
                output,
            }
        )
        {
            start.ArgumentList.Add(word);
        }

        using Process publish = Process.Start(start)!;
        string log = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0
            ? Path.Combine(output, Name)
            : throw new ScenarioFailedException(
                $"dotnet publish failed; set CREDHELPER_BINARY to a published file instead\n{log}"
            );
    }
}
