using CredHelper.Diagnostics;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// That a client will not find this program on its PATH: docker then fails the pull, and a runner ignores the whole
/// configuration that names it, other logins included.
/// </summary>
internal static class ProgramObstacle
{
    private const string UsualDirectory = "/usr/local/bin";

    /// <summary>Null if the program is on the PATH.</summary>
    public static Obstacle? Of(EnvironmentSnapshot environment) =>
        SearchPath.Find(environment, HelperName.Program) is null
            ? new Obstacle(
                $"{HelperName.Program} is not on the PATH ({environment["PATH"] ?? "which is empty"})",
                RemedyFor(environment)
            )
            : null;

    /// <summary>Null if the program will be on the PATH once it is installed.</summary>
    public static Obstacle? Of(EnvironmentSnapshot environment, string? installTo)
    {
        if (installTo is null)
            return Of(environment);
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(installTo));
        return DirectoriesOf(environment).Contains(directory) || Of(environment) is null
            ? null
            : new Obstacle(
                $"{directory} is not on the PATH ({environment["PATH"] ?? "which is empty"})",
                RemedyFor(environment)
            );
    }

    private static string RemedyFor(EnvironmentSnapshot environment)
    {
        string[] directories = [.. DirectoriesOf(environment).Where(Directory.Exists)];
        if (directories.Length == 0)
            return $"add {UsualDirectory} to that PATH, and --install-to {UsualDirectory} to this command";
        string directory = directories.Contains(UsualDirectory) ? UsualDirectory : directories[0];
        return IsWritable(directory)
            ? $"add --install-to {directory}"
            : $"sudo install -m 0755 {Environment.ProcessPath} {InstalledProgram.PathIn(directory)}";
    }

    private static bool IsWritable(string directory)
    {
        const int ToWriteAndEnter = 2 | 1;
        return OperatingSystem.IsWindows() || Posix.Access(directory, ToWriteAndEnter) == 0;
    }

    private static IEnumerable<string> DirectoriesOf(EnvironmentSnapshot environment) =>
        SearchPath.Directories(environment).Select(Path.TrimEndingDirectorySeparator);
}
