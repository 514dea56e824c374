using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Platform;

/// <summary>
/// A file that is written beside another file and replaces it by rename, so that readers see either the old or the new
/// file, never a partial one. Owner and mode are set on the open file, because its name may refer to another file by
/// then. The writer holds a lock on it, so that a later writer recognizes the files of killed processes.
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
    /// Creates an empty file that only its owner can open, and removes the files of killed processes.
    /// </summary>
    /// <param name="directory">The directory of both files; it stays open until this is disposed.</param>
    /// <param name="target">The name of the file to replace.</param>
    public static TemporaryFile Create(DirectoryHandle directory, string target)
    {
        // The name is hidden, recognizable, and ignored by programs that read names with a certain extension.
        string prefix = $".{target}.ecr-login-";
        RemoveAbandoned(directory, prefix);
        for (int attempt = 1; ; attempt++)
        {
            string name = prefix + Guid.NewGuid().ToString("N");
            if (TryCreate(directory, name) is { } file)
                return new TemporaryFile(directory, file, name, target);
            if (attempt == Attempts)
                throw new IOException($"{directory.PathOf(name)} was removed by another process");
        }
    }

    /// <summary>Changes the owner.</summary>
    /// <returns>False if that is not permitted.</returns>
    [SupportedOSPlatform("linux")]
    public bool TrySetOwner(uint user, uint group) =>
        DirectoryHandle.StatusOf(_file.SafeFileHandle) is { } own && (own.UserId, own.GroupId) == (user, group)
        || Posix.ChangeOwner(_file.SafeFileHandle, user, group) == 0;

    /// <summary>
    /// Sets the mode whatever the umask, after the owner, because changing the owner clears some bits.
    /// </summary>
    /// <param name="mode">The mode.</param>
    /// <param name="accessList">Other users with access; null for none.</param>
    public void SetMode(UnixFileMode mode, byte[]? accessList = null)
    {
        if (OperatingSystem.IsWindows())
            SetList(accessList, mode == OwnerOnly);
        if (OperatingSystem.IsLinux())
            DirectoryHandle.SetAccessList(_file.SafeFileHandle, accessList, _directory.PathOf(_name));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_file.SafeFileHandle, mode);
    }

    /// <summary>Without a list, a file that is not private has what its directory hands down.</summary>
    [SupportedOSPlatform("windows")]
    private void SetList(byte[]? list, bool isPrivate)
    {
        string path = _directory.PathOf(_name);
        if (list is not null)
            WindowsAccess.SetList(path, list);
        else if (isPrivate)
            WindowsAccess.MakePrivateFile(path);
    }

    /// <summary>Writes the content to disk.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        _file.Write(content);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>Replaces the target file.</summary>
    public void Commit()
    {
        // Windows cannot rename an open file.
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

    /// <returns>Null if another process considered the file abandoned before it was locked.</returns>
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

    /// <summary>
    /// Returns false if another process holds the lock, null if the file system does not support locks.
    /// </summary>
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
            // The directory is writable but not readable.
        }
    }

    /// <summary>
    /// Removes a file whose writer has ended, while holding its lock. A writer that is still creating the file then
    /// takes another name.
    /// </summary>
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
            // The next writer removes it.
        }
    }
}
