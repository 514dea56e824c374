using System.Runtime.Versioning;
using CredHelper.Platform;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Tests.Platform;

[SupportedOSPlatform("linux")]
public sealed class DirectoryHandleTests : IDisposable
{
    private const int Limit = 10;
    private readonly Home _home = new();
    private readonly DirectoryHandle _directory;

    public DirectoryHandleTests()
    {
        Programs.RequireLinux();
        Directory.CreateDirectory(Path.Combine(_home.Root, "d"));
        _directory = TrustedPath.Open(Path.Combine(_home.Root, "d"), PathUse.Private);
    }

    [Fact]
    public void ReadsRegularFilesAndNothingBehindALink()
    {
        string file = _home.Write("d/file", "text");
        File.CreateSymbolicLink(_directory.PathOf("link"), file);
        Programs.Run("mkfifo", _directory.PathOf("fifo"));
        _home.Write("d/long", "longer than ten");
        Assert.Equal("text"u8.ToArray(), _directory.Read("file", Limit).Content);
        Assert.Equal(FileStatus.Of(file), _directory.Read("file", Limit).Status);
        Assert.Equal(FileRead.NotRegular, _directory.Read("link", Limit).Outcome);
        Assert.Equal(FileRead.NotRegular, _directory.Read("fifo", Limit).Outcome);
        Assert.Equal(FileRead.NotRegular, _directory.Read(".", Limit).Outcome);
        Assert.Equal(FileRead.TooLarge, _directory.Read("long", Limit).Outcome);
        Assert.Equal(FileRead.Missing, _directory.Read("nothing", Limit).Outcome);
    }

    [Fact]
    public void StaysTheDirectoryThatItWasWhateverTakesItsPath()
    {
        _home.Write("d/file", "mine");
        string other = Path.GetDirectoryName(_home.Write("other/file", "precious"))!;
        Directory.Move(_directory.Path, Path.Combine(_home.Root, "moved"));
        File.CreateSymbolicLink(_directory.Path, other);
        Assert.Equal("mine"u8.ToArray(), _directory.Read("file", Limit).Content);
        using (SafeFileHandle? created = _directory.TryOpen("new", Posix.OpenFlags.Create))
            Assert.NotNull(created);
        _directory.Rename("new", "file");
        _directory.Delete("file");
        _directory.Sync();
        Assert.Equal([Path.Combine(other, "file")], Directory.GetFileSystemEntries(other));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_home.Root, "moved")));
        File.Delete(_directory.Path);
    }

    [Fact]
    public void RemovesOnlyAnEmptyDirectory()
    {
        _home.Write("d/full/file", "");
        Directory.CreateDirectory(_directory.PathOf("empty"));
        _directory.TryDeleteDirectory("full");
        _directory.TryDeleteDirectory("empty");
        Assert.Equal([_directory.PathOf("full")], Directory.GetFileSystemEntries(_directory.Path));
    }

    public void Dispose()
    {
        _directory.Dispose();
        _home.Dispose();
    }
}
