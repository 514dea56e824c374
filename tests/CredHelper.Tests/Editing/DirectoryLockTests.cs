using System.Diagnostics;
using System.Runtime.Versioning;
using CredHelper.Editing;
using CredHelper.Platform;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Tests.Editing;

[SupportedOSPlatform("linux")]
public sealed class DirectoryLockTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly Home _home = new();

    public DirectoryLockTests() => Programs.RequireLinux();

    [Fact]
    public void KeepsOthersOutOfADirectoryThatOnlyWeCanOpen()
    {
        File.SetUnixFileMode(_home.Root, OwnerOnly);
        using (DirectoryLock.Take(_home.Root))
        {
            using SafeFileHandle other = Open();
            Assert.NotEqual(0, Posix.Flock(other, Posix.LockOperation.ExclusiveNonBlocking));
        }
        using SafeFileHandle after = Open();
        Assert.Equal(0, Posix.Flock(after, Posix.LockOperation.ExclusiveNonBlocking));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupRead)]
    public void WaitsForNobodyWhereOthersCanHoldTheLock(UnixFileMode others)
    {
        File.SetUnixFileMode(_home.Root, OwnerOnly | others);
        using SafeFileHandle held = Open();
        Assert.Equal(0, Posix.Flock(held, Posix.LockOperation.ExclusiveNonBlocking));
        long start = Stopwatch.GetTimestamp();
        DirectoryLock.Take(_home.Root).Dispose();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
    }

    public void Dispose() => _home.Dispose();

    private SafeFileHandle Open() => new(Posix.Open(_home.Root, Posix.OpenFlags.CloseOnExec), ownsHandle: true);
}
