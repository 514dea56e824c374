using System.Runtime.InteropServices;

namespace CredHelper.Platform;

/// <summary>What became of reading a file.</summary>
internal enum FileRead
{
    Ok,
    Missing,

    /// <summary>
    /// A directory, FIFO, socket or device: opening such a thing in a configuration's place must not hang.
    /// </summary>
    NotRegular,
    TooLarge,

    /// <summary>Permission, I/O error, too many links and the like.</summary>
    Unreadable,

    /// <summary>A directory above it may not be searched: whether there is a file cannot be told.</summary>
    Unreachable,
}

/// <summary>Reads small files whole and never blocks on what is not a file.</summary>
internal static class RegularFile
{
    /// <param name="path">An absolute path.</param>
    /// <param name="limit">The most bytes that make sense; a longer file is <see cref="FileRead.TooLarge"/>.</param>
    /// <param name="content">The bytes on <see cref="FileRead.Ok"/>, else empty.</param>
    /// <param name="own">True for files that only we write: a symbolic link or another user's file is
    /// <see cref="FileRead.NotRegular"/>.</param>
    public static FileRead Read(string path, int limit, out byte[] content, bool own = false)
    {
        content = [];
        if (path.Contains('\0'))
            return FileRead.Missing;
        return OperatingSystem.IsLinux()
            ? ReadLinux(path, limit, ref content, own)
            : ReadPortable(path, limit, ref content, own);
    }

    /// <summary>Whether a path can be opened for writing without blocking: a regular file, or nothing yet.</summary>
    public static bool IsFileOrMissing(string path) =>
        OperatingSystem.IsLinux() ? FileStatus.Of(path) is not { IsRegularFile: false } : !Directory.Exists(path);

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static FileRead ReadLinux(string path, int limit, ref byte[] content, bool own)
    {
        const int Enoent = 2,
            Enotdir = 20,
            Eacces = 13,
            Eloop = 40;
        int flags = Posix.OpenFlags.NonBlocking | Posix.OpenFlags.CloseOnExec | Posix.OpenFlags.NoTerminal;
        int fd = Posix.Open(path, own ? flags | Posix.OpenFlags.NoFollow : flags);
        if (fd < 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                Enoent or Enotdir => FileRead.Missing,
                Eloop when own => FileRead.NotRegular,
                Eacces when FileStatus.OfLink(path) is null => FileRead.Unreachable,
                _ => FileRead.Unreadable,
            };
        }
        try
        {
            if (FileStatus.Of(fd) is not { } status)
                return FileRead.Unreadable;
            if (!status.IsRegularFile || (own && status.UserId != Posix.EffectiveUserId()))
                return FileRead.NotRegular;
            if (status.Size > (ulong)limit)
                return FileRead.TooLarge;
            // Files under /proc say 0 and hold more, so the size is only where the buffer starts.
            return ReadAll(fd, (int)status.Size, limit, ref content);
        }
        finally
        {
            _ = Posix.Close(fd);
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static unsafe FileRead ReadAll(int fd, int expected, int limit, ref byte[] content)
    {
        // A file that tells its size is read up to there: what is appended meanwhile came too late. Those of /proc say
        // 0.
        const int SmallFile = 512;
        byte[] buffer = GC.AllocateUninitializedArray<byte>(expected > 0 ? expected : SmallFile);
        int length = 0;
        while (length < expected || expected == 0)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            nint count;
            fixed (byte* start = buffer)
                count = Posix.Read(fd, start + length, (nuint)(buffer.Length - length));
            if (count < 0 && Marshal.GetLastPInvokeError() == Posix.Eintr)
                continue;
            if (count < 0)
                return FileRead.Unreadable;
            length += (int)count;
            if (length > limit)
                return FileRead.TooLarge;
            if (count == 0)
                break;
        }
        Array.Resize(ref buffer, length);
        content = buffer;
        return FileRead.Ok;
    }

    private static FileRead ReadPortable(string path, int limit, ref byte[] content, bool own)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return Directory.Exists(path) ? FileRead.NotRegular : FileRead.Missing;
            if (own && file.LinkTarget is not null)
                return FileRead.NotRegular;
            if ((file.Attributes & FileAttributes.Device) != 0)
                return FileRead.NotRegular;
            if (file.Length > limit)
                return FileRead.TooLarge;
            content = File.ReadAllBytes(path);
            return content.Length > limit ? FileRead.TooLarge : FileRead.Ok;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or NotSupportedException
                        or System.Security.SecurityException
            )
        {
            return FileRead.Unreadable;
        }
    }
}
