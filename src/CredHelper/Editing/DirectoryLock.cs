using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Editing;

/// <summary>
/// Prevents two commands of this program from editing in one directory at the same time, without a lock file in a
/// directory that is not ours. On file systems without locks, the check for changes before each rename has to suffice.
/// <para>
/// On Linux it is flock(2) on the directory itself, and only if no other user can open the directory, because whoever
/// can open it could hold its lock indefinitely. On Windows it is a mutex of the user, named after the directory.
/// </para>
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        Interval = TimeSpan.FromMilliseconds(5);
    private readonly IDisposable? _handle;

    private DirectoryLock(IDisposable? handle) => _handle = handle;

    /// <summary>Takes the lock. On Windows the same thread has to dispose of it.</summary>
    /// <exception cref="HelperException">Another command of this program holds the lock for too long.</exception>
    public static DirectoryLock Take(string directory)
    {
        if (OperatingSystem.IsWindows())
            return new DirectoryLock(TakeMutex(directory));
        if (!OperatingSystem.IsLinux())
            return new DirectoryLock(null);
        const int Flags = Posix.OpenFlags.CloseOnExec;
        int descriptor = Posix.Open(directory, Flags | Posix.OpenFlags.Directory | Posix.OpenFlags.NoFollow);
        return descriptor < 0
            ? new DirectoryLock(null)
            : Take(new SafeFileHandle(descriptor, ownsHandle: true), directory);
    }

    /// <inheritdoc cref="Take(string)"/>
    public static DirectoryLock Take(DirectoryHandle directory)
    {
        if (!OperatingSystem.IsLinux())
            return Take(directory.Path);
        return directory.TryReopen() is { } handle ? Take(handle, directory.Path) : new DirectoryLock(null);
    }

    public void Dispose()
    {
        (_handle as Mutex)?.ReleaseMutex();
        _handle?.Dispose();
    }

    [SupportedOSPlatform("windows")]
    private static Mutex? TakeMutex(string directory)
    {
        byte[] path = Encoding.UTF8.GetBytes(Path.GetFullPath(directory).ToUpperInvariant());
        string name = $"{HelperName.Program}-{Convert.ToHexString(SHA256.HashData(path))}";
        Mutex mutex;
        try
        {
            mutex = new Mutex(name, new NamedWaitHandleOptions { CurrentUserOnly = true, CurrentSessionOnly = false });
        }
        catch (Exception exception)
            when (exception is UnauthorizedAccessException or WaitHandleCannotBeOpenedException or IOException)
        {
            // Another user has taken the name.
            return null;
        }
        try
        {
            if (mutex.WaitOne(Patience))
                return mutex;
        }
        catch (AbandonedMutexException)
        {
            // The process that held it was ended. It has written each file completely or not at all.
            return mutex;
        }
        mutex.Dispose();
        throw TooLong(directory, $"end the other {HelperName.Program} in the Task Manager");
    }

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
                throw TooLong(directory, "look with lsof who has it open");
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

    private static HelperException TooLong(string directory, string alternative) =>
        new(FailureKind.Other, $"another process has locked {directory}", $"wait for it, or {alternative}");
}
