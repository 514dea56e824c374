using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace CredHelper.Platform;

/// <summary>Whether a directory is private: not a link, owned by this user, mode 0700.</summary>
internal enum PrivateDirectoryState
{
    Private,
    Missing,
    NotDirectory,
    OfAnotherUser,

    /// <summary>Owned by this user, but other users may enter it, or this user may not use it.</summary>
    OpenToOthers,
}

/// <summary>
/// Reads files and checks directories by zero-terminated paths (<see cref="Scratch.EndPath"/>). On Linux it calls only
/// the C library and is usable before the runtime starts (Core/CachedGet).
/// </summary>
internal static unsafe class NativeFile
{
    /// <summary>Appends the bytes of a file. Never blocks on other kinds of files.</summary>
    /// <param name="scratch">Full afterwards if the file does not fit.</param>
    /// <param name="path">An absolute, zero-terminated path.</param>
    /// <param name="longest">The most bytes to accept; a longer file is <see cref="FileRead.TooLarge"/>.</param>
    /// <param name="own">
    /// True for files that only this program writes: a symbolic link or another user's file is <see
    /// cref="FileRead.NotRegular"/>.
    /// </param>
    public static FileRead Append(ref Scratch scratch, Bytes path, int longest, bool own = false) =>
        OperatingSystem.IsLinux()
            ? AppendLinux(ref scratch, path, longest, own)
            : AppendPortable(ref scratch, path, longest, own);

    /// <summary>
    /// Returns the status of a path's target, or of the link itself; null if it does not exist or cannot be reached.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static FileStatus? Status(Bytes path, bool followLinks) =>
        Status(
            LibC.FileStatusBuffer.AtCurrentDirectory,
            path.Start,
            followLinks ? 0 : LibC.FileStatusBuffer.AtNoFollow
        );

    /// <summary>Returns the status of a name in an open directory: of a link itself, not of its target.</summary>
    [SupportedOSPlatform("linux")]
    public static FileStatus? StatusIn(int directory, Bytes name) =>
        Status(directory, name.Start, LibC.FileStatusBuffer.AtNoFollow);

    /// <summary>Returns the number of names of an open file; 0 if it was deleted.</summary>
    [SkipLocalsInit]
    [SupportedOSPlatform("linux")]
    public static uint CountNames(int descriptor)
    {
        byte empty = 0;
        LibC.FileStatusBuffer found;
        int flags = LibC.FileStatusBuffer.AtEmptyPath;
        return LibC.Statx(descriptor, &empty, flags, LibC.FileStatusBuffer.BasicStats, &found) == 0 ? found.Links : 0;
    }

    [SupportedOSPlatform("linux")]
    public static FileStatus? Status(int descriptor)
    {
        byte empty = 0;
        return Status(descriptor, &empty, LibC.FileStatusBuffer.AtEmptyPath);
    }

    [SupportedOSPlatform("linux")]
    public static PrivateDirectoryState StateOfPrivateDirectory(Bytes path)
    {
        const int PermissionMask = 0x1FF,
            OwnerOnly = 0x1C0;
        if (Status(path, followLinks: false) is not { } status)
            return PrivateDirectoryState.Missing;
        if (!status.IsDirectory)
            return PrivateDirectoryState.NotDirectory;
        if (status.UserId != LibC.EffectiveUserId())
            return PrivateDirectoryState.OfAnotherUser;
        return (status.Mode & PermissionMask) == OwnerOnly
            ? PrivateDirectoryState.Private
            : PrivateDirectoryState.OpenToOthers;
    }

    /// <summary>The buffer is not cleared, because .NET would call managed code to clear one of this size.</summary>
    [SkipLocalsInit]
    [SupportedOSPlatform("linux")]
    private static FileStatus? Status(int directory, byte* path, int flags)
    {
        LibC.FileStatusBuffer found;
        if (LibC.Statx(directory, path, flags, LibC.FileStatusBuffer.BasicStats, &found) != 0)
            return null;
        return new FileStatus(
            found.Mode,
            found.UserId,
            found.GroupId,
            ((ulong)found.DeviceMajor << 32) | found.DeviceMinor,
            found.Inode,
            found.Size,
            found.ModifiedSeconds,
            found.ModifiedNanoseconds
        );
    }

    /// <summary>Opens a file for reading, if <see cref="Append"/> would read it.</summary>
    /// <param name="descriptor">The open file on <see cref="FileRead.Ok"/>, otherwise -1.</param>
    /// <param name="size">Bytes, as the file system says; 0 for files in /proc.</param>
    [SupportedOSPlatform("linux")]
    public static FileRead Open(Bytes path, int longest, bool own, out int descriptor, out int size)
    {
        size = 0;
        int flags = Posix.OpenFlags.NonBlocking | Posix.OpenFlags.CloseOnExec | Posix.OpenFlags.NoTerminal;
        descriptor = LibC.Open(path.Start, own ? flags | Posix.OpenFlags.NoFollow : flags);
        if (descriptor < 0)
            return WhyNotOpened(path, own);
        FileRead result = Check(descriptor, longest, own, out size);
        if (result != FileRead.Ok)
        {
            _ = LibC.Close(descriptor);
            descriptor = -1;
        }
        return result;
    }

    [SupportedOSPlatform("linux")]
    private static FileRead AppendLinux(ref Scratch scratch, Bytes path, int longest, bool own)
    {
        FileRead result = Open(path, longest, own, out int descriptor, out int size);
        if (result != FileRead.Ok)
            return result;
        result = AppendAll(ref scratch, descriptor, size, longest);
        _ = LibC.Close(descriptor);
        return result;
    }

    [SupportedOSPlatform("linux")]
    private static FileRead WhyNotOpened(Bytes path, bool own)
    {
        int error = *LibC.ErrorNumber();
        if (error is LibC.NoEntry or LibC.NotDirectory)
            return FileRead.Missing;
        if (own && error == LibC.TooManyLinks)
            return FileRead.NotRegular;
        bool isUnreachable = error == LibC.AccessDenied && Status(path, followLinks: false) is null;
        return isUnreachable ? FileRead.Unreachable : FileRead.Unreadable;
    }

    [SupportedOSPlatform("linux")]
    private static FileRead Check(int descriptor, int longest, bool own, out int size)
    {
        size = 0;
        if (Status(descriptor) is not { } status)
            return FileRead.Unreadable;
        if (!status.IsRegularFile || (own && status.UserId != LibC.EffectiveUserId()))
            return FileRead.NotRegular;
        if (status.Size > (ulong)longest)
            return FileRead.TooLarge;
        size = (int)status.Size;
        return FileRead.Ok;
    }

    /// <summary>
    /// Reads a file with a known size up to that size; bytes appended in the meantime are ignored. Files in /proc
    /// report 0 and contain more.
    /// </summary>
    [SupportedOSPlatform("linux")]
    private static FileRead AppendAll(ref Scratch scratch, int descriptor, int size, int longest)
    {
        const int AtOnce = 4096;
        int begin = scratch.Length;
        while (scratch.Length - begin < size || size == 0)
        {
            int wanted = size == 0 ? AtOnce : size - (scratch.Length - begin);
            if (!scratch.Reserve(wanted))
                return FileRead.TooLarge;
            nint count = LibC.Read(descriptor, scratch.End, (nuint)wanted);
            if (count == 0)
                return FileRead.Ok;
            if (count > 0)
                scratch.Advance((int)count);
            else if (*LibC.ErrorNumber() != LibC.Interrupted)
                return FileRead.Unreadable;
            if (scratch.Length - begin > longest)
                return FileRead.TooLarge;
        }
        return FileRead.Ok;
    }

    private static FileRead AppendPortable(ref Scratch scratch, Bytes path, int longest, bool own)
    {
        FileRead result = RegularFile.ReadPortable(path.ToString(), longest, out byte[] content, own);
        fixed (byte* start = content)
            scratch.Add(new Bytes(start, content.Length));
        return result;
    }
}
