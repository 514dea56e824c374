namespace CredHelper.Platform;

/// <summary>
/// Which file it was and in which state when it was read: a rename in between, as a running gitlab-runner does on its
/// config.toml, shows in the inode, a rewrite in size and time. Null stands for no file.
/// </summary>
internal sealed record FileIdentity(
    ulong Inode,
    ulong Size,
    long Seconds,
    uint Nanoseconds,
    uint UserId,
    uint GroupId,
    int Mode
)
{
    public static unsafe FileIdentity? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            var file = new FileInfo(path);
            return file.Exists
                ? new FileIdentity(
                    0,
                    (ulong)file.Length,
                    file.LastWriteTimeUtc.Ticks,
                    0,
                    0,
                    0,
                    OperatingSystem.IsWindows() ? 0 : (int)file.UnixFileMode
                )
                : null;
        }
        Posix.FileStatus status;
        return Posix.Statx(Posix.FileStatus.AtCurrentDirectory, path, 0, Posix.FileStatus.BasicStats, &status) != 0
            ? null
            : new FileIdentity(
                status.Inode,
                status.Size,
                status.ModifiedSeconds,
                status.ModifiedNanoseconds,
                status.UserId,
                status.GroupId,
                status.Permissions
            );
    }

    /// <summary>The owner of the link itself where the path is one.</summary>
    public static unsafe uint? OwnerOfLink(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Posix.FileStatus status;
        return
            Posix.Statx(
                Posix.FileStatus.AtCurrentDirectory,
                path,
                Posix.FileStatus.AtNoFollow,
                Posix.FileStatus.BasicStats,
                &status
            ) == 0
            ? status.UserId
            : null;
    }
}
