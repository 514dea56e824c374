using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// Finds programs on the PATH. Empty and relative elements are skipped, and the current directory is never searched:
/// .NET's own search starts there and would run a file of a checked-out repository.
/// </summary>
internal static class SearchPath
{
    /// <summary>The extensions of programs if PATHEXT is not set, as Go's os/exec and so docker has them.</summary>
    private const string UsualExtensions = ".com;.exe;.bat;.cmd";

    /// <summary>Returns the absolute path of an executable file of that name; null if there is none.</summary>
    public static string? Find(EnvironmentSnapshot environment, string name) =>
        Candidates(environment, name).FirstOrDefault(IsExecutable);

    /// <summary>Returns the program at a full path whose extension may be left out; null if there is none.</summary>
    public static string? FindAt(EnvironmentSnapshot environment, string path) =>
        Endings(environment, path).Select(ending => path + ending).FirstOrDefault(IsExecutable);

    /// <summary>
    /// The paths at which a program of that name may be, in the order of the PATH. On Windows a program has an
    /// extension of PATHEXT, which its name may leave out.
    /// </summary>
    public static IEnumerable<string> Candidates(EnvironmentSnapshot environment, string name)
    {
        string[] endings = Endings(environment, name);
        return Directories(environment)
            .SelectMany(directory => endings.Select(ending => Path.Combine(directory, name + ending)));
    }

    /// <summary>What a program's file may have after the given name.</summary>
    private static string[] Endings(EnvironmentSnapshot environment, string name)
    {
        if (!OperatingSystem.IsWindows())
            return [""];
        IEnumerable<string> extensions = (environment["PATHEXT"] ?? UsualExtensions)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(extension => extension.StartsWith('.') ? extension : "." + extension);
        return [.. Path.HasExtension(name) ? [""] : (string[])[], .. extensions.Select(one => one.ToLowerInvariant())];
    }

    /// <summary>Whether two paths are the same, by the rules of the system.</summary>
    public static bool AreSame(string one, string? other) =>
        one.Equals(other, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

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
