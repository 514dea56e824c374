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
        foreach (string directory in (environment["PATH"] ?? "").Split(Path.PathSeparator))
        {
            if (!Path.IsPathFullyQualified(directory))
                continue;
            foreach (string ending in endings)
            {
                string path = Path.Combine(directory, name + ending);
                if (IsExecutable(path))
                    return path;
            }
        }
        return null;
    }

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
