using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Editing;

/// <summary>
/// Keeps two of our own commands from editing in one directory at once: flock(2) on the directory itself, so that no
/// lock file lies about in a place that is not ours. Where a file system knows no locks there is none.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        Interval = TimeSpan.FromMilliseconds(5);
    private readonly int _fd;

    private DirectoryLock(int fd) => _fd = fd;

    /// <exception cref="HelperException">Another command holds it for longer than an edit takes.</exception>
    public static DirectoryLock Take(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return new DirectoryLock(-1);
        int fd = Posix.Open(directory, Posix.OpenFlags.CloseOnExec);
        if (fd < 0)
            return new DirectoryLock(-1);
        long start = Environment.TickCount64;
        while (Posix.Flock(fd, Posix.LockOperation.ExclusiveNonBlocking) != 0)
        {
            if (!Posix.WouldBlock(System.Runtime.InteropServices.Marshal.GetLastPInvokeError()))
                break;
            if (Environment.TickCount64 - start > Patience.TotalMilliseconds)
            {
                _ = Posix.Close(fd);
                throw new HelperException(
                    FailureKind.Other,
                    $"another process is busy in {directory}",
                    "wait for it, or look with lsof who has it open"
                );
            }
            Thread.Sleep(Interval);
        }
        return new DirectoryLock(fd);
    }

    public void Dispose()
    {
        if (_fd >= 0 && !OperatingSystem.IsWindows())
            _ = Posix.Close(_fd);
    }
}
