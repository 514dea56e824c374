using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Platform;

/// <summary>
/// A file that is written beside another one and takes its place by rename, so that a reader sees the old or the new
/// one and never half of one. Owner and mode are set on the open file: its name may lead elsewhere by then. The writer
/// holds a lock on it, by which a later one tells what a killed process has left.
/// </summary>
internal sealed class TemporaryFile : IDisposable
{
    private const int Attempts = 10;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(1);
    private readonly DirectoryHandle _directory;
    private readonly FileStream _file;
    private readonly string _name,
        _target;
    private bool _isCommitted;

    private TemporaryFile(DirectoryHandle directory, FileStream file, string name, string target) =>
        (_directory, _file, _name, _target) = (directory, file, name, target);

    /// <summary>
    /// Creates an empty one, which only its owner can open, and removes those that killed processes have left.
    /// </summary>
    /// <param name="directory">The directory of both files; it stays open until this is disposed.</param>
    /// <param name="target">The name of the file to replace.</param>
    public static TemporaryFile Create(DirectoryHandle directory, string target)
    {
        // Hidden, told from a person's files by its name, and passed over by who reads names with an ending.
        string prefix = $".{target}.ecr-login-";
        RemoveAbandoned(directory, prefix);
        for (int attempt = 1; ; attempt++)
        {
            string name = prefix + Guid.NewGuid().ToString("N");
            if (TryCreate(directory, name) is { } file)
                return new TemporaryFile(directory, file, name, target);
            if (attempt == Attempts)
                throw new IOException($"{directory.PathOf(name)} is removed by another process");
        }
    }

    /// <summary>Gives it to another owner.</summary>
    /// <returns>False if that is not allowed.</returns>
    [SupportedOSPlatform("linux")]
    public bool TrySetOwner(uint user, uint group) =>
        DirectoryHandle.StatusOf(_file.SafeFileHandle) is { } own && (own.UserId, own.GroupId) == (user, group)
        || Posix.ChangeOwner(_file.SafeFileHandle, user, group) == 0;

    /// <summary>Sets its mode whatever the umask, after the owner, because a change of that clears some bits.</summary>
    /// <param name="mode">Its mode.</param>
    /// <param name="accessList">Who else has access; null for nobody.</param>
    public void SetMode(UnixFileMode mode, byte[]? accessList = null)
    {
        if (OperatingSystem.IsLinux())
            DirectoryHandle.SetAccessList(_file.SafeFileHandle, accessList, _directory.PathOf(_name));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_file.SafeFileHandle, mode);
    }

    /// <summary>Writes the content and has it put on the disk.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        _file.Write(content);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>Puts it in the place of the file it was made for.</summary>
    public void Commit()
    {
        // Windows moves no open file.
        if (OperatingSystem.IsWindows())
            _file.Dispose();
        _directory.Rename(_name, _target);
        _isCommitted = true;
    }

    public void Dispose()
    {
        if (!_isCommitted)
            TryDelete(_directory, _name);
        _file.Dispose();
    }

    private static FileStream? TryCreate(DirectoryHandle directory, string name)
    {
        if (OperatingSystem.IsLinux())
            return TryCreateLinux(directory, name);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(directory.PathOf(name), options);
    }

    /// <returns>Null if another process took it for abandoned before it had its lock.</returns>
    [SupportedOSPlatform("linux")]
    private static FileStream? TryCreateLinux(DirectoryHandle directory, string name)
    {
        const int Flags = Posix.OpenFlags.Create | Posix.OpenFlags.Exclusive | Posix.OpenFlags.WriteOnly;
        SafeFileHandle handle = directory.TryOpen(name, Flags) ?? throw Posix.LastFailure(directory.PathOf(name));
        if (TryLock(handle) != false && NativeFile.CountNames((int)handle.DangerousGetHandle()) > 0)
            return new FileStream(handle, FileAccess.Write, bufferSize: 0);
        handle.Dispose();
        return null;
    }

    /// <summary>False if another process has the lock, null if the file system has no locks.</summary>
    [SupportedOSPlatform("linux")]
    private static bool? TryLock(SafeFileHandle handle)
    {
        if (Posix.Flock(handle, Posix.LockOperation.ExclusiveNonBlocking) == 0)
            return true;
        return Posix.WouldBlock(System.Runtime.InteropServices.Marshal.GetLastPInvokeError()) ? false : null;
    }

    private static void RemoveAbandoned(DirectoryHandle directory, string prefix)
    {
        try
        {
            foreach (string path in Directory.EnumerateFiles(directory.Path, prefix + "*"))
                RemoveIfAbandoned(directory, Path.GetFileName(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A directory that can be written and not read.
        }
    }

    /// <summary>Removes one whose writer is gone, while its lock is held: its writer takes another name then.</summary>
    private static void RemoveIfAbandoned(DirectoryHandle directory, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            if (File.GetLastWriteTimeUtc(directory.PathOf(name)) < DateTime.UtcNow - AbandonedAfter)
                TryDelete(directory, name);
            return;
        }
        using SafeFileHandle? file = directory.TryOpen(name, 0);
        if (file is null || DirectoryHandle.StatusOf(file) is not { IsRegularFile: true } status)
            return;
        bool isOld =
            DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds) < DateTimeOffset.UtcNow - AbandonedAfter;
        if (TryLock(file) ?? isOld)
            TryDelete(directory, name);
    }

    private static void TryDelete(DirectoryHandle directory, string name)
    {
        try
        {
            directory.Delete(name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays until the next time.
        }
    }
}
