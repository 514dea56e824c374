using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Platform;

/// <summary>The content of a file when it was read, and its status at that time.</summary>
/// <param name="AccessList">Its POSIX access list (acl(5)), or its DACL on Windows; null if it has none.</param>
internal readonly record struct FileSnapshot(
    FileRead Outcome,
    byte[] Content,
    FileStatus? Status = null,
    byte[]? AccessList = null
)
{
    /// <summary>Omits the content, which may be secret.</summary>
    public override string ToString() => $"{Outcome}";
}

/// <summary>
/// An open directory. On Linux its files are opened relative to its descriptor and never through a link, so that
/// replacing a part of its path has no effect. Other systems open them by path.
/// </summary>
internal sealed unsafe class DirectoryHandle : IDisposable
{
    private const string AccessListName = "system.posix_acl_access";
    private readonly SafeFileHandle _handle;

    private DirectoryHandle(SafeFileHandle handle, string path, FileStatus status)
    {
        _handle = handle;
        Path = path;
        Status = status;
    }

    /// <summary>The path of the directory when it was opened, without links.</summary>
    public string Path { get; }

    /// <summary>The owner and mode of the directory when it was opened.</summary>
    public FileStatus Status { get; }

    [SupportedOSPlatform("linux")]
    public static DirectoryHandle OpenRoot() =>
        Adopt(
            Posix.Open("/", Posix.OpenFlags.PlaceOnly | Posix.OpenFlags.CloseOnExec | Posix.OpenFlags.Directory),
            "/"
        );

    /// <summary>For systems other than Linux.</summary>
    public static DirectoryHandle ByPath(string path) => new(new SafeFileHandle(), path, default);

    /// <summary>
    /// Opens a directory or a link in this directory, without following the link or reading the directory.
    /// </summary>
    /// <returns>Null if the name does not exist.</returns>
    /// <exception cref="IOException">The name refers to something else, or cannot be opened.</exception>
    [SupportedOSPlatform("linux")]
    public DirectoryHandle? TryEnter(string name)
    {
        const int Flags = Posix.OpenFlags.PlaceOnly | Posix.OpenFlags.CloseOnExec;
        string path = PathOf(name);
        // O_DIRECTORY makes an automounter mount the directory.
        int descriptor = Posix.OpenAt(_handle, name, Flags | Posix.OpenFlags.NoFollow | Posix.OpenFlags.Directory, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Posix.Enotdir)
            descriptor = Posix.OpenAt(_handle, name, Flags | Posix.OpenFlags.NoFollow, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == Posix.Enoent)
            return null;
        return Adopt(descriptor, path);
    }

    /// <summary>Returns the target of this link; null if this is a directory.</summary>
    [SupportedOSPlatform("linux")]
    public string? OwnTarget => Status.IsLink ? ReadLink("") : null;

    /// <summary>Returns the status of a file, or of a link itself; null if the name does not exist.</summary>
    public FileStatus? StatusOf(string name) =>
        OperatingSystem.IsLinux() ? StatusIn((int)_handle.DangerousGetHandle(), name) : FileStatus.Of(PathOf(name));

    /// <summary>Returns the target of a link; null if there is no link of that name.</summary>
    public string? TargetOf(string name) =>
        OperatingSystem.IsLinux() ? ReadLink(name) : new FileInfo(PathOf(name)).LinkTarget;

    /// <summary>Reads a regular file. Never blocks on other kinds of files, and follows no link.</summary>
    public FileSnapshot Read(string name, int limit)
    {
        if (!OperatingSystem.IsLinux())
        {
            FileStatus? before = FileStatus.Of(PathOf(name));
            FileRead outcome = RegularFile.ReadPortable(PathOf(name), limit, out byte[] bytes, own: false);
            bool hasList = OperatingSystem.IsWindows() && outcome == FileRead.Ok;
            return new FileSnapshot(outcome, bytes, before, hasList ? ListOf(PathOf(name)) : null);
        }
        using SafeFileHandle? file = TryOpen(name, 0);
        if (file is null)
        {
            bool isMissing = Marshal.GetLastPInvokeError() == Posix.Enoent;
            bool isOther = StatusOf(name) is { IsRegularFile: false };
            return new FileSnapshot(isMissing ? FileRead.Missing : Refusal(isOther), []);
        }
        return Read(file, limit);
    }

    private static byte[]? ListOf(string path) => OperatingSystem.IsWindows() ? WindowsAccess.ListOf(path) : null;

    private static FileRead Refusal(bool isOther) => isOther ? FileRead.NotRegular : FileRead.Unreadable;

    [SupportedOSPlatform("linux")]
    private static FileSnapshot Read(SafeFileHandle file, int limit)
    {
        FileStatus? status = StatusOf(file);
        if (status is not { IsRegularFile: true } regular)
            return new FileSnapshot(FileRead.NotRegular, []);
        if (regular.Size > (ulong)limit)
            return new FileSnapshot(FileRead.TooLarge, []);
        var content = new byte[regular.Size];
        int length = 0;
        try
        {
            int count;
            while ((count = RandomAccess.Read(file, content.AsSpan(length), length)) > 0)
                length += count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new FileSnapshot(FileRead.Unreadable, []);
        }
        return new FileSnapshot(FileRead.Ok, content[..length], status, AccessListOf(file));
    }

    /// <summary>Opens a file in this directory without following a link; null, with errno set, on failure.</summary>
    [SupportedOSPlatform("linux")]
    public SafeFileHandle? TryOpen(string name, int flags)
    {
        const int OwnerOnly = 0x180;
        int always = Posix.OpenFlags.NonBlocking | Posix.OpenFlags.NoTerminal | Posix.OpenFlags.CloseOnExec;
        int descriptor = Posix.OpenAt(_handle, name, flags | always | Posix.OpenFlags.NoFollow, OwnerOnly);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>
    /// Opens this directory for locks and fsync(2), which an O_PATH descriptor does not support. Null if it cannot be
    /// read.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public SafeFileHandle? TryReopen() => TryOpen(".", Posix.OpenFlags.Directory);

    /// <exception cref="IOException">It already exists, or cannot be created.</exception>
    [SupportedOSPlatform("linux")]
    public void MakeDirectory(string name, uint mode)
    {
        if (Posix.MakeDirectoryAt(_handle, name, mode) != 0 && Marshal.GetLastPInvokeError() != Posix.Eexist)
            throw Posix.LastFailure(PathOf(name));
    }

    /// <summary>Renames a file and replaces the file at the target, if any.</summary>
    public void Rename(string name, string target)
    {
        if (OperatingSystem.IsWindows())
            WindowsFile.Replace(PathOf(name), PathOf(target));
        else if (!OperatingSystem.IsLinux())
            File.Move(PathOf(name), PathOf(target), overwrite: true);
        else if (Posix.RenameAt(_handle, name, _handle, target) != 0)
            throw Posix.LastFailure(PathOf(target));
    }

    /// <summary>Removes a file; not an error if it does not exist.</summary>
    public void Delete(string name)
    {
        if (OperatingSystem.IsWindows())
            WindowsFile.Delete(PathOf(name));
        else if (!OperatingSystem.IsLinux())
            File.Delete(PathOf(name));
        else if (Posix.UnlinkAt(_handle, name, 0) != 0 && Marshal.GetLastPInvokeError() != Posix.Enoent)
            throw Posix.LastFailure(PathOf(name));
    }

    /// <summary>Removes a directory if it is empty.</summary>
    public void TryDeleteDirectory(string name)
    {
        const int RemoveDirectory = 0x200;
        if (OperatingSystem.IsLinux())
        {
            _ = Posix.UnlinkAt(_handle, name, RemoveDirectory);
            return;
        }
        try
        {
            Directory.Delete(PathOf(name), recursive: false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The directory is not empty.
        }
    }

    /// <summary>Writes a rename to disk. Best effort: some file systems do not support syncing a directory.</summary>
    public void Sync()
    {
        if (OperatingSystem.IsLinux())
        {
            using SafeFileHandle? readable = TryReopen();
            if (readable is not null)
                _ = Posix.Fsync(readable);
        }
        else if (!OperatingSystem.IsWindows())
        {
            Posix.SyncDirectory(Path);
        }
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _handle.Dispose();

    [SupportedOSPlatform("linux")]
    public static FileStatus? StatusOf(SafeFileHandle file) => NativeFile.Status((int)file.DangerousGetHandle());

    [SupportedOSPlatform("linux")]
    private static FileStatus? StatusIn(int directory, string name) =>
        NativeScratch.Use((ref Scratch scratch) => NativeFile.StatusIn(directory, scratch.AddPath(name)));

    [SupportedOSPlatform("linux")]
    private static DirectoryHandle Adopt(int descriptor, string path)
    {
        if (descriptor < 0)
            throw Posix.LastFailure(path);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (StatusOf(handle) is { } status && (status.IsDirectory || status.IsLink))
            return new DirectoryHandle(handle, path, status);
        handle.Dispose();
        throw new DirectoryNotFoundException($"{path} is not a directory");
    }

    [SupportedOSPlatform("linux")]
    private string? ReadLink(string name)
    {
        const int LongestPath = 4096;
        byte* buffer = stackalloc byte[LongestPath];
        nint length = Posix.ReadLinkAt(_handle, name, buffer, LongestPath);
        return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
    }

    [SupportedOSPlatform("linux")]
    private static byte[]? AccessListOf(SafeFileHandle file)
    {
        const int Longest = 64 * 1024;
        var list = new byte[Longest];
        fixed (byte* start = list)
        {
            nint length = Posix.GetAttribute(file, AccessListName, start, Longest);
            return length <= 0 ? null : list[..(int)length];
        }
    }

    /// <summary>
    /// Sets the access list of a file. Without one the file gets none, not even the default of its directory (acl(5)).
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static void SetAccessList(SafeFileHandle file, byte[]? list, string path)
    {
        int result;
        fixed (byte* start = list)
        {
            result = list is null
                ? Posix.RemoveAttribute(file, AccessListName)
                : Posix.SetAttribute(file, AccessListName, start, (nuint)list.Length, 0);
        }
        bool isWithout = list is null && Marshal.GetLastPInvokeError() is Posix.Enodata or Posix.Eopnotsupp;
        if (result != 0 && !isWithout)
            throw Posix.LastFailure(path);
    }
}
