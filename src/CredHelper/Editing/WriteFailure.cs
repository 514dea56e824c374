using System.Runtime.Versioning;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Editing;

/// <summary>Errors about files that cannot be read or replaced, each with a fix.</summary>
internal static class WriteFailure
{
    private const int Ebusy = 16,
        Enospc = 28,
        Erofs = 30,
        Edquot = 122;

    private const string Source = "edit it where it comes from, on the host or in the image";

    public static HelperException Of(string path, string what, string hint) =>
        new(FailureKind.Configuration, $"{path} {what}", hint);

    public static HelperException Of(string path, Exception e) =>
        e.HResult switch
        {
            Ebusy => Of(path, "is a bind mount, so it cannot be replaced in one step", Source),
            Enospc or Edquot => Of(
                path,
                "cannot be written: the disk or the quota is full",
                "free disk space; nothing was changed"
            ),
            Erofs => OnReadOnlySystem(path),
            _ when e is UnauthorizedAccessException => Denied(path, Path.GetDirectoryName(Path.GetFullPath(path))!),
            _ => new HelperException(
                FailureKind.Configuration,
                $"{path} cannot be written, and nothing was changed: {ForeignText.Clean(e.Message)}"
            ),
        };

    /// <param name="path">The file.</param>
    /// <param name="directory">The directory that cannot be written.</param>
    /// <param name="error">The error code of access(2) for it.</param>
    public static HelperException OfAccess(string path, string directory, int error) =>
        error == Erofs ? OnReadOnlySystem(path) : Denied(path, directory);

    /// <summary>Creates the error for a directory of this program that cannot be created or used.</summary>
    public static HelperException OfDirectory(string problem, string directory)
    {
        string closed = FirstClosed(directory);
        string word = ShellWord.Quote(closed);
        return FileStatus.Of(closed) is { IsDirectory: true }
            ? OfPermission(problem, closed)
            : new HelperException(FailureKind.Configuration, problem, $"mv {word} {ShellWord.Quote(closed + ".old")}");
    }

    /// <summary>Creates the error for a path that is not a regular file.</summary>
    public static HelperException NotAFile(string path)
    {
        if (!Directory.Exists(path))
            return Of(path, "is not a regular file", $"rm {ShellWord.Quote(path)}");
        bool isEmpty = !Directory.EnumerateFileSystemEntries(path).Any();
        return Of(
            path,
            "is a directory",
            isEmpty
                ? $"rmdir {ShellWord.Quote(path)}"
                : $"mv {ShellWord.Quote(path)} {ShellWord.Quote(path + ".directory")}"
        );
    }

    /// <param name="target">The path of the file itself, with all links resolved.</param>
    public static HelperException Foreign(string path, string target) =>
        OfPermission($"{path} belongs to another user or group, which writing it would change", target);

    /// <summary>Creates the error for a directory on the path through which another user could redirect root.</summary>
    public static HelperException Untrusted(string path, UntrustedPathException exception)
    {
        string problem = $"cannot be written safely: {exception.Message}";
        string part = ShellWord.Quote(exception.Part);
        return exception.Fault switch
        {
            PathFault.DirectoryOpenToOthers => Of(
                path,
                problem,
                exception.IsFixedBySticky ? $"chmod +t {part}" : $"chmod go-w {part}"
            ),
            PathFault.ForeignDirectory => Of(
                path,
                problem,
                "run the command as that user, or choose another directory"
            ),
            _ => Of(path, problem, $"rm {part}"),
        };
    }

    public static HelperException PrivateLink(string path) =>
        Of(path, "is a link, and secrets are not written through links", $"rm {ShellWord.Quote(path)}");

    public static HelperException PrivateOfAnother(string path) =>
        Of(path, "belongs to another user, and holds secrets", $"rm {ShellWord.Quote(path)}");

    public static HelperException Unreadable(string path, string target) =>
        OfPermission($"{path} cannot be read: permission denied", FirstClosed(target));

    private static HelperException OnReadOnlySystem(string path) =>
        Of(path, "is on a read-only file system, and nothing was changed", Source);

    private static HelperException Denied(string path, string directory) =>
        OfPermission($"{path} cannot be written: permission denied", directory);

    /// <param name="closed">The file or directory whose owner or mode denies access.</param>
    private static HelperException OfPermission(string problem, string closed)
    {
        string? remedy = OperatingSystem.IsWindows() ? null : RemedyOfPermission(closed);
        return new HelperException(FailureKind.Configuration, problem, remedy) { NeedsRoot = remedy is null };
    }

    /// <summary>The command that grants access, or null if this user must not change the file.</summary>
    [UnsupportedOSPlatform("windows")]
    private static string? RemedyOfPermission(string closed)
    {
        uint user = Posix.EffectiveUserId();
        string word = ShellWord.Quote(closed);
        if (FileStatus.Of(closed)?.UserId == user)
            return $"chmod u+rwX {word}";
        bool isInHome =
            EnvironmentSnapshot.Take().Home is { } home
            && closed.StartsWith(Path.TrimEndingDirectorySeparator(home) + "/", StringComparison.Ordinal);
        return isInHome ? $"sudo chown -R {user}:{Posix.EffectiveGroupId()} {word}" : null;
    }

    /// <summary>The file, or the first directory above it that must not be searched.</summary>
    private static string FirstClosed(string target)
    {
        string closed = target;
        while (FileStatus.OfLink(closed) is null && Path.GetDirectoryName(closed) is { } above)
            closed = above;
        return closed;
    }
}
