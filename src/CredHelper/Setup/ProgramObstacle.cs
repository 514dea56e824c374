using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// Checks that the client finds this program on its PATH. If it does not, docker fails the pull, and GitLab Runner
/// ignores the whole configuration that names the helper, with its other logins.
/// </summary>
internal static class ProgramObstacle
{
    private const string UsualDirectory = "/usr/local/bin",
        InstallOption = "--install-to";

    /// <summary>The obstacle, or null if the program is on the PATH.</summary>
    public static Obstacle? Of(EnvironmentSnapshot environment, GivenCommand command) =>
        SearchPath.Find(environment, HelperName.Program) is null
            ? Missing(environment, command, HelperName.Program)
            : null;

    /// <summary>The obstacle, or null if the program is on the PATH once it is installed.</summary>
    public static Obstacle? Of(EnvironmentSnapshot environment, GivenCommand command, string? installTo)
    {
        if (installTo is null || Of(environment, command) is null)
            return Of(environment, command);
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(installTo));
        return DirectoriesOf(environment).Any(one => SearchPath.AreSame(one, directory))
            ? null
            : Missing(environment, command, directory);
    }

    private static Obstacle Missing(EnvironmentSnapshot environment, GivenCommand command, string what)
    {
        Obstacle obstacle = Obstacle.NotOnPath(what, environment) with { MayPass = true };
        string[] directories = [.. DirectoriesOf(environment).Where(Directory.Exists)];
        if (directories.Length == 0)
        {
            return obstacle with
            {
                Advice = $"add {UsualDirectory} to that PATH",
                Correction = given => given.With(InstallOption, UsualDirectory),
            };
        }
        string directory = directories.Contains(UsualDirectory) ? UsualDirectory : directories[0];
        if (command.RunsAsRoot || IsWritable(directory))
            return obstacle with { Correction = given => given.With(InstallOption, directory) };
        string target = InstalledProgram.PathIn(directory);
        return obstacle with
        {
            Preparation = command.AsRoot(
                $"install -m 0755 {ShellWord.Quote(Environment.ProcessPath!)} {ShellWord.Quote(target)}"
            ),
            Correction = given => given.Without(InstallOption),
        };
    }

    private static bool IsWritable(string directory)
    {
        const int ToWriteAndEnter = 2 | 1;
        return OperatingSystem.IsWindows() || Posix.Access(directory, ToWriteAndEnter) == 0;
    }

    private static IEnumerable<string> DirectoriesOf(EnvironmentSnapshot environment) =>
        SearchPath.Directories(environment).Select(Path.TrimEndingDirectorySeparator);
}
