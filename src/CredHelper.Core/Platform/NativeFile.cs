using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace CredHelper.Platform;

/// <summary>Whether a directory is ours alone: not a link, owned by this user, mode 0700.</summary>
internal enum PrivateDirectoryState
{
    Private,
    Missing,
    NotDirectory,
    OfAnotherUser,

    /// <summary>Ours, but others may enter it or we may not use it.</summary>
    OpenToOthers,
}

/// <summary>
/// Reads files and looks at directories by paths that end with a zero (<see cref="Scratch.EndPath"/>). On Linux by the
/// C library alone, usable before the runtime starts (Core/CachedGet).
/// </summary>
internal static unsafe class NativeFile
{
    /// <summary>Appends a file's bytes; never blocks on what is not a file.</summary>
    /// <param name="scratch">Full afterwards if the file does not fit.</param>
    /// <param name="path">An absolute path, with a zero behind it.</param>
    /// <param name="longest">The most bytes that make sense; a longer file is <see cref="FileRead.TooLarge"/>.</param>
    /// <param name="own">True for files that only we write: a symbolic link or another user's file is
    /// <see cref="FileRead.NotRegular"/>.</param>
    public static FileRead Append(ref Scratch scratch, Bytes path, int longest, bool own = false) =>
        OperatingSystem.IsLinux()
            ? AppendLinux(ref scratch, path, longest, own)
            : AppendPortable(ref scratch, path, longest, own);

    /// <summary>What a path leads to, or the link itself; null if there is nothing, or it cannot be reached.</summary>
    [SupportedOSPlatform("linux")]
    public static FileStatus? Status(Bytes path, bool followLinks) =>
        Status(
            LibC.FileStatusBuffer.AtCurrentDirectory,
            path.Start,
            followLinks ? 0 : LibC.FileStatusBuffer.AtNoFollow
        );

    /// <summary>What an open directory holds by that name: a link itself, not what it leads to.</summary>
    [SupportedOSPlatform("linux")]
    public static FileStatus? StatusIn(int directory, Bytes name) =>
        Status(directory, name.Start, LibC.FileStatusBuffer.AtNoFollow);

    /// <summary>How many names an open file has; 0 if nothing leads to it any more.</summary>
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

    /// <summary>The buffer is not cleared: .NET calls its own code for one of this size.</summary>
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

    [SupportedOSPlatform("linux")]
    private static FileRead AppendLinux(ref Scratch scratch, Bytes path, int longest, bool own)
    {
        int flags = Posix.OpenFlags.NonBlocking | Posix.OpenFlags.CloseOnExec | Posix.OpenFlags.NoTerminal;
        int descriptor = LibC.Open(path.Start, own ? flags | Posix.OpenFlags.NoFollow : flags);
        if (descriptor < 0)
            return WhyNotOpened(path, own);
        FileRead result = AppendOpened(ref scratch, descriptor, longest, own);
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
    private static FileRead AppendOpened(ref Scratch scratch, int descriptor, int longest, bool own)
    {
        if (Status(descriptor) is not { } status)
            return FileRead.Unreadable;
        if (!status.IsRegularFile || (own && status.UserId != LibC.EffectiveUserId()))
            return FileRead.NotRegular;
        if (status.Size > (ulong)longest)
            return FileRead.TooLarge;
        return AppendAll(ref scratch, descriptor, (int)status.Size, longest);
    }

    /// <summary>
    /// A file that tells its size is read up to there: what is appended meanwhile came too late. Those of /proc say 0
    /// and hold more.
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
