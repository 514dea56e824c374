using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// Finds programs on the PATH. Empty and relative elements are skipped, and the current directory is never searched:
/// .NET's own search starts there and would run a file of a checked-out repository.
/// </summary>
internal static class SearchPath
{
    /// <summary>Returns the absolute path of an executable file of that name; null if there is none.</summary>
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

    /// <summary>Returns the directories to search, in order.</summary>
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
            // .NET treats a dangling link as existing; the clients skip it.
            return false;
        }
    }
}
