using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using CredHelper.Errors;
using CredHelper.Platform;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Editing;

/// <summary>
/// Prevents two commands of this program from editing in one directory at the same time: flock(2) on the directory
/// itself, so that no lock file is left in a directory that is not ours. Only a directory that no other user can open
/// is locked, because whoever can open it could hold its lock indefinitely. In other directories, and on file systems
/// without locks, the check for changes before each rename has to be enough.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        Interval = TimeSpan.FromMilliseconds(5);
    private readonly SafeFileHandle? _handle;

    private DirectoryLock(SafeFileHandle? handle) => _handle = handle;

    /// <exception cref="HelperException">Another command of this program holds the lock for too long.</exception>
    public static DirectoryLock Take(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return new DirectoryLock(null);
        const int Flags = Posix.OpenFlags.CloseOnExec;
        int descriptor = Posix.Open(directory, Flags | Posix.OpenFlags.Directory | Posix.OpenFlags.NoFollow);
        return descriptor < 0
            ? new DirectoryLock(null)
            : Take(new SafeFileHandle(descriptor, ownsHandle: true), directory);
    }

    /// <inheritdoc cref="Take(string)"/>
    public static DirectoryLock Take(DirectoryHandle directory) =>
        OperatingSystem.IsLinux() && directory.TryReopen() is { } handle
            ? Take(handle, directory.Path)
            : new DirectoryLock(null);

    [SupportedOSPlatform("linux")]
    private static DirectoryLock Take(SafeFileHandle handle, string directory)
    {
        if (!IsOurs(handle))
        {
            handle.Dispose();
            return new DirectoryLock(null);
        }
        long start = Environment.TickCount64;
        while (
            Posix.Flock(handle, Posix.LockOperation.ExclusiveNonBlocking) != 0
            && Posix.WouldBlock(Marshal.GetLastPInvokeError())
        )
        {
            if (Environment.TickCount64 - start > Patience.TotalMilliseconds)
            {
                handle.Dispose();
                throw new HelperException(
                    FailureKind.Other,
                    $"another process has locked {directory}",
                    "wait for it, or look with lsof who has it open"
                );
            }
            Thread.Sleep(Interval);
        }
        return new DirectoryLock(handle);
    }

    /// <summary>
    /// Whether only this user and root can open the directory, so that no other user can hold its lock.
    /// </summary>
    [SupportedOSPlatform("linux")]
    private static bool IsOurs(SafeFileHandle handle)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        return DirectoryHandle.StatusOf(handle) is { } status
            && status.UserId == Posix.EffectiveUserId()
            && (status.Permissions & ~OwnerOnly) == 0;
    }

    public void Dispose() => _handle?.Dispose();
}
