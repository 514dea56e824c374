using System.Globalization;
using System.Runtime.InteropServices;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>
/// An advisory lock between processes, so that only one asks AWS for the same token. flock(2) on one of a fixed set of
/// files that are never unlinked (unlinking a lock file lets two processes hold "the" lock), given back by the kernel
/// when its holder dies. Non-blocking and polled, because a blocking flock cannot be given up.
/// </summary>
internal sealed class RefreshLock : IDisposable
{
    private const int Slots = 64;
    private const int LongestPause = 40;
    private readonly FileStream? _file;

    private RefreshLock(FileStream? file) => _file = file;

    /// <summary>
    /// The lock of a key; null when it was not to be had before <paramref name="patience"/> ran out. Where the file
    /// system knows no locks, or the lock file cannot be made, a lock that locks nothing: better two calls than none.
    /// </summary>
    public static Task<RefreshLock?> TakeAsync(
        string directory,
        string key,
        TimeSpan patience,
        TimeProvider time,
        Random random,
        CancellationToken cancellationToken
    )
    {
        int slot = int.Parse(key.AsSpan(0, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) % Slots;
        string path = Path.Combine(directory, "lock-" + slot.ToString("d2", CultureInfo.InvariantCulture));
        return TakeAsync(path, patience, time, random, cancellationToken);
    }

    /// <summary>
    /// The lock of one file of its own, which must not be a slot of the cache: a holder of one of those takes this,
    /// too.
    /// </summary>
    public static async Task<RefreshLock?> TakeAsync(
        string path,
        TimeSpan patience,
        TimeProvider time,
        Random random,
        CancellationToken cancellationToken
    )
    {
        long start = time.GetTimestamp();
        for (int pause = 2; ; pause = Math.Min(pause * 2, LongestPause))
        {
            if (TryTake(path) is { } held)
                return held;
            if (time.GetElapsedTime(start) >= patience)
                return null;
            // Waiters that poll in step would find the lock taken by their neighbour each time.
            await Task.Delay(TimeSpan.FromMilliseconds(pause + random.Next(pause)), time, cancellationToken);
        }
    }

    public void Dispose()
    {
        if (_file is null || _file.SafeFileHandle.IsClosed)
            return;
        // A child that is just being started has the file open too until it runs its own program, and would hold on to
        // the lock.
        if (!OperatingSystem.IsWindows())
            _ = Posix.Flock(_file.SafeFileHandle, Posix.LockOperation.Unlock);
        _file.Dispose();
    }

    /// <summary>The lock, or null where another process has it.</summary>
    private static RefreshLock? TryTake(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream file;
        try
        {
            // FileShare.None is the lock on Windows; elsewhere it would be .NET's own lock, which the program switches
            // off.
            file = new FileStream(path, options);
        }
        catch (IOException) when (OperatingSystem.IsWindows())
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new RefreshLock(null);
        }
        if (
            OperatingSystem.IsWindows()
            || Posix.Flock(file.SafeFileHandle, Posix.LockOperation.ExclusiveNonBlocking) == 0
        )
        {
            return new RefreshLock(file);
        }

        int error = Marshal.GetLastPInvokeError();
        file.Dispose();
        // ENOLCK, ENOSYS, EOPNOTSUPP: go on without a lock.
        return Posix.WouldBlock(error) || error == Posix.Eintr ? null : new RefreshLock(null);
    }
}
