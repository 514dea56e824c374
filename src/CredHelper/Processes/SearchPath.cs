using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// Finds programs on the PATH. Empty and relative elements are passed over, and the current directory is never looked
/// into: .NET's own search does so first, and would run a file that a repository brought along.
/// </summary>
internal static class SearchPath
{
    /// <summary>The absolute path of an executable file of that name; null where there is none.</summary>
    public static string? Find(EnvironmentSnapshot environment, string name)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe"] : [""];
        foreach (string directory in Directories(environment))
        {
            foreach (string ending in endings)
            {
                string path = Path.Combine(directory, name + ending);
                if (IsExecutable(path))
                    return path;
            }
        }
        return null;
    }

    /// <summary>Those that programs are looked for in, in their order.</summary>
    public static IEnumerable<string> Directories(EnvironmentSnapshot environment) =>
        (environment["PATH"] ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A link that leads nowhere is there to .NET; the clients ignore it and look on.
            return false;
        }
    }
}
