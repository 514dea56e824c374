using CredHelper.Platform;

namespace CredHelper.Windows.Tests;

/// <summary>Files that others have open.</summary>
public sealed class FileTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task AreReplacedOnceAReaderHasClosedThem()
    {
        string target = _place.Write("target", "old"),
            source = _place.Write("source", "new");
        Task replacing;
        await using (var reader = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            replacing = Task.Run(() => WindowsFile.Replace(source, target), TestContext.Current.CancellationToken);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            Assert.Equal('o', reader.ReadByte());
        }
        await replacing;
        Assert.Equal("new", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(source));
    }

    [Fact]
    public void ReportWhatKeepsThemOpenForTooLong()
    {
        string target = _place.Write("target", "old"),
            source = _place.Write("source", "new");
        using var reader = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.Read);
        Exception? failure = Record.Exception(() => WindowsFile.Replace(source, target));
        Assert.True(failure is IOException or UnauthorizedAccessException);
        Assert.Equal("new", File.ReadAllText(source));
    }

    [Fact]
    public void AreReadWithoutKeepingOthersFromThem()
    {
        string path = _place.Write("file", "text");
        using FileStream reader = WindowsFile.OpenToRead(path);
        using var writer = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Write,
            FileShare.ReadWrite | FileShare.Delete
        );
        Assert.Equal(FileRead.Ok, RegularFile.Read(path, 100, out byte[] content));
        Assert.Equal("text"u8.ToArray(), content);
        WindowsFile.Delete(path);
    }

    [Fact]
    public void DoNotDisappearWhereOneIsExpected()
    {
        string path = _place.PathOf("none");
        WindowsFile.Delete(path);
        Assert.Equal(FileRead.Missing, RegularFile.Read(path, 100, out _));
        string taken = _place.Write("taken", "theirs");
        Assert.Throws<IOException>(() => WindowsFile.MoveToFreeName(_place.Write("mine", "mine"), taken));
        Assert.Equal("theirs", File.ReadAllText(taken));
    }
}
