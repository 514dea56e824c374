using System.Globalization;
using System.Runtime.InteropServices;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>
/// An advisory lock between processes, so that only one of them requests the same token from AWS. It is a flock(2) on
/// one of a fixed set of files, which are never unlinked: unlinking a lock file would let two processes hold the lock.
/// The kernel releases it if its holder dies. It is polled without blocking, because a blocking flock cannot be
/// cancelled.
/// </summary>
internal sealed class RefreshLock : IDisposable
{
    private const int Slots = 64;
    private const int LongestPause = 40;
    private readonly FileStream? _file;

    private RefreshLock(FileStream? file) => _file = file;

    /// <summary>
    /// Takes the lock of a key; null if it could not be taken within <paramref name="patience"/>. If the file system
    /// does not support locks, or the lock file cannot be created, this returns a no-op lock: two calls to AWS are
    /// better than none.
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
    /// Takes the lock of a given file, which must not be one of the cache's slots: a process that holds a slot takes
    /// this lock as well.
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
            // Without a random delay, waiting processes would poll at the same moment and block each other.
            await Task.Delay(TimeSpan.FromMilliseconds(pause + random.Next(pause)), time, cancellationToken);
        }
    }

    public void Dispose()
    {
        if (_file is null || _file.SafeFileHandle.IsClosed)
            return;
        // A child process that is being started shares the open file until it executes its own program, and would keep
        // the lock until then.
        if (!OperatingSystem.IsWindows())
            _ = Posix.Flock(_file.SafeFileHandle, Posix.LockOperation.Unlock);
        _file.Dispose();
    }

    /// <summary>Returns null if another process holds the lock.</summary>
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
            // FileShare.None is the lock on Windows. On other systems it would be .NET's own lock, which this program
            // disables.
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
        // ENOLCK, ENOSYS, EOPNOTSUPP: continue without a lock.
        return Posix.WouldBlock(error) || error == Posix.Eintr ? null : new RefreshLock(null);
    }
}
