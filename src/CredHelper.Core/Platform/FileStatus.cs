using System.Runtime.Versioning;

namespace CredHelper.Platform;

/// <summary>
/// The type, owner, mode and state of a file. Two equal values mean the same file in the same state: a rename in
/// between changes the inode, a rewrite the size and time.
/// </summary>
/// <param name="Mode">The type and the permissions, as in st_mode.</param>
internal readonly record struct FileStatus(
    ushort Mode,
    uint UserId,
    uint GroupId,
    ulong Device,
    ulong Inode,
    ulong Size,
    long ModifiedSeconds,
    uint ModifiedNanoseconds
)
{
    private const int TypeMask = 0xF000,
        RegularType = 0x8000,
        LinkType = 0xA000,
        DirectoryType = 0x4000,
        Sticky = 0x200,
        WritableByOthers = 0x12;

    public bool IsRegularFile => (Mode & TypeMask) == RegularType;

    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    public bool IsLink => (Mode & TypeMask) == LinkType;

    /// <summary>
    /// Whether users other than the owner may write to the file. The group bits also cover an access list that lets
    /// more users write (acl(5)).
    /// </summary>
    public bool IsWritableByOthers => (Mode & WritableByOthers) != 0;

    /// <summary>Whether users may not remove or rename files of other users in this directory.</summary>
    public bool IsSticky => (Mode & Sticky) != 0;

    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xFFF);

    /// <summary>
    /// Returns the status of the file that a path leads to; null if it does not exist. Systems other than Linux return
    /// only size, time and permissions, and only for files.
    /// </summary>
    public static FileStatus? Of(string path) =>
        OperatingSystem.IsLinux() ? OfLinux(path, followLinks: true) : OfPortable(path);

    /// <summary>
    /// Returns the status of the link itself if the path is one; null if it does not exist, and on systems other than
    /// Linux.
    /// </summary>
    public static FileStatus? OfLink(string path) =>
        OperatingSystem.IsLinux() ? OfLinux(path, followLinks: false) : null;

    [SupportedOSPlatform("linux")]
    private static FileStatus? OfLinux(string path, bool followLinks) =>
        NativeScratch.Use((ref Scratch scratch) => NativeFile.Status(scratch.AddPath(path), followLinks));

    private static FileStatus? OfPortable(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        int permissions = OperatingSystem.IsWindows() ? 0 : (int)file.UnixFileMode;
        return new FileStatus(
            (ushort)(RegularType | permissions),
            UserId: 0,
            GroupId: 0,
            Device: 0,
            Inode: 0,
            (ulong)file.Length,
            file.LastWriteTimeUtc.Ticks,
            ModifiedNanoseconds: 0
        );
    }
}
