using System.Runtime.InteropServices;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Processes;

/// <summary>
/// How this very program is started again and named to people: the published file, or during development
/// <c>dotnet</c> with the assembly (<c>dotnet docker-credential-ecr-login.dll</c>, <c>dotnet run</c>).
/// </summary>
internal static class OwnProgram
{
    /// <summary>
    /// Told by what .NET's host gives every program; the published one is compiled ahead of time and has no host.
    /// </summary>
    private static bool RunsUnderDotnet => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is not null;

    private static string AssemblyPath => Path.Combine(AppContext.BaseDirectory, HelperName.Program + ".dll");

    /// <summary>
    /// The file that is running. On Linux by a link of the kernel, which leads there even if the path has been replaced
    /// or cannot be reached by another user.
    /// </summary>
    private static string Executable => OperatingSystem.IsLinux() ? "/proc/self/exe" : Environment.ProcessPath!;

    /// <summary>The one file that the program is, to be installed elsewhere; null if it is not a single file.</summary>
    public static string? SingleFile => RunsUnderDotnet ? null : Environment.ProcessPath;

    /// <summary>For people: what stands before a command's name if the program is not on the PATH.</summary>
    public static string CommandLine => string.Join(' ', Words.Select(ShellWord.Quote));

    /// <inheritdoc cref="CommandLine"/>
    public static string[] Words =>
        RunsUnderDotnet ? ["dotnet", AssemblyPath] : [Environment.ProcessPath ?? HelperName.Program];

    /// <summary>The program to start for a command of ours, and its arguments.</summary>
    public static (string Path, string[] Arguments) Start(string[] command) =>
        RunsUnderDotnet ? (DotnetPath(), [AssemblyPath, .. command]) : (Executable, command);

    /// <summary>The bytes of the program, to be installed elsewhere.</summary>
    /// <exception cref="HelperException">It runs under dotnet and is not a single file.</exception>
    public static byte[] Read() =>
        RunsUnderDotnet
            ? throw new HelperException(
                FailureKind.Configuration,
                "this build runs under dotnet and is not a single file that could be installed",
                "dotnet publish src/CredHelper -c Release"
            )
            : File.ReadAllBytes(Executable);

    /// <summary>
    /// Not the file that is running: <c>dotnet run</c> starts a launcher, which finds .NET by variables that a child
    /// does not get.
    /// </summary>
    private static string DotnetPath()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", name));
    }
}
