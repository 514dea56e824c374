using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

public sealed class FileStatusTests
{
    [Fact]
    public void TellsFilesFromDirectoriesAndFromNothing()
    {
        using var home = new Home();
        string file = home.Write("a", "text");
        Assert.True(FileStatus.Of(file) is { IsRegularFile: true, IsDirectory: false, Size: 4 });
        Assert.Null(FileStatus.Of(file + "-is-not-there"));
        if (OperatingSystem.IsLinux())
            Assert.True(FileStatus.Of(home.Root) is { IsRegularFile: false, IsDirectory: true });
    }

    [Fact]
    public void TellsPermissions()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var home = new Home();
        string file = home.Write("a", "");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.OtherRead, FileStatus.Of(file)!.Value.Permissions);
    }

    [Fact]
    public void IsEqualUntilTheFileIsRewrittenOrReplaced()
    {
        using var home = new Home();
        string file = home.Write("a", "one");
        FileStatus? first = FileStatus.Of(file);
        Assert.Equal(first, FileStatus.Of(file));
        home.Write("a", "longer");
        Assert.NotEqual(first, FileStatus.Of(file));
        FileStatus? second = FileStatus.Of(file);
        File.Move(home.Write("b", "longer"), file, overwrite: true);
        Assert.NotEqual(second, FileStatus.Of(file));
    }

    [Fact]
    public void OfALinkTellsOfTheLinkItself()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var home = new Home();
        string link = Path.Combine(home.Root, "link");
        File.CreateSymbolicLink(link, home.Write("a", "text"));
        Assert.True(FileStatus.Of(link) is { IsRegularFile: true });
        Assert.True(FileStatus.OfLink(link) is { IsRegularFile: false, IsDirectory: false });
    }
}
