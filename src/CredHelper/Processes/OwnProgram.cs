using System.Runtime.InteropServices;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Processes;

/// <summary>
/// How to start this program again, and how to name it for people: the published file or, during development,
/// <c>dotnet</c> with the assembly (<c>dotnet docker-credential-ecr-login.dll</c>, <c>dotnet run</c>).
/// </summary>
internal static class OwnProgram
{
    /// <summary>
    /// Detected by data that .NET's host passes to every program; the published one is compiled ahead of time and has
    /// no host.
    /// </summary>
    private static bool HasHost => AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is not null;

    /// <summary>A program with the runtime beside it starts by itself; the tests of Windows run one.</summary>
    private static bool RunsUnderDotnet =>
        HasHost
        && Path.GetFullPath(RuntimeEnvironment.GetRuntimeDirectory()) != Path.GetFullPath(AppContext.BaseDirectory);

    private static string AssemblyPath => Path.Combine(AppContext.BaseDirectory, HelperName.Program + ".dll");

    /// <summary>
    /// The running executable. On Linux this is a link in /proc that stays valid even if the path was replaced or is
    /// not accessible to another user.
    /// </summary>
    private static string Executable => OperatingSystem.IsLinux() ? "/proc/self/exe" : Environment.ProcessPath!;

    /// <summary>The file to install elsewhere; null if the program is not a single file.</summary>
    public static string? SingleFile => HasHost ? null : Environment.ProcessPath;

    /// <summary>The words before the name of a command if the program is not on the PATH, for people.</summary>
    public static string CommandLine => string.Join(' ', Words.Select(ShellWord.Quote));

    /// <inheritdoc cref="CommandLine"/>
    public static string[] Words =>
        RunsUnderDotnet ? ["dotnet", AssemblyPath] : [Environment.ProcessPath ?? HelperName.Program];

    /// <summary>Returns the program to start for a command of ours, and its arguments.</summary>
    public static (string Path, string[] Arguments) Start(string[] command) =>
        RunsUnderDotnet ? (DotnetPath(), [AssemblyPath, .. command]) : (Executable, command);

    /// <summary>Returns the bytes of the program, to install it elsewhere.</summary>
    /// <exception cref="HelperException">It runs under dotnet and is not a single file.</exception>
    public static byte[] Read() =>
        RunsUnderDotnet
            ? throw new HelperException(
                FailureKind.Configuration,
                "this build runs under dotnet and is not a single file that can be installed",
                "dotnet publish src/CredHelper -c Release"
            )
            : File.ReadAllBytes(Executable);

    /// <summary>
    /// Not the running file: <c>dotnet run</c> starts a launcher, which finds .NET by variables that a child does not
    /// receive.
    /// </summary>
    private static string DotnetPath()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", name));
    }
}
