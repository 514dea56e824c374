using System.Runtime.Versioning;
using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

/// <summary>Which owners of the directories and links on a path are accepted if root writes a file.</summary>
[SupportedOSPlatform("linux")]
public sealed class TrustedPathTests : IDisposable
{
    private const string Stranger = "30411";
    private readonly Home _home = new();

    public TrustedPathTests() => Programs.RequireRoot();

    [Theory]
    [InlineData(PathUse.Edit, true)]
    [InlineData(PathUse.Private, true)]
    [InlineData(PathUse.Report, false)]
    internal void ADirectoryOfAnotherUserIsRefused(PathUse use, bool isRefused)
    {
        string path = Make("theirs/below", "0755");
        Give("theirs");
        Assert.Equal(isRefused ? PathFault.ForeignDirectory : null, FaultOf(path, use));
        Assert.Equal(isRefused ? PathFault.ForeignDirectory : null, FaultOf(Path.GetDirectoryName(path)!, use));
    }

    [Theory]
    [InlineData("0777", PathUse.Edit, true)]
    [InlineData("0775", PathUse.Edit, true)]
    [InlineData("2775", PathUse.Edit, true)]
    [InlineData("0755", PathUse.Edit, false)]
    [InlineData("0777", PathUse.Private, false)]
    [InlineData("0777", PathUse.Report, false)]
    internal void ADirectoryThatOthersMayWriteHoldsAndLeadsToNothingThatIsEdited(
        string mode,
        PathUse use,
        bool isRefused
    )
    {
        string path = Make("shared/below", "0755");
        Chmod(mode, "shared");
        Assert.Equal(isRefused ? PathFault.DirectoryOpenToOthers : null, FaultOf(path, use));
        Assert.Equal(isRefused ? PathFault.DirectoryOpenToOthers : null, FaultOf(Path.GetDirectoryName(path)!, use));
    }

    [Fact]
    public void AStickyDirectoryLeadsToWhatIsEditedAndDoesNotHoldIt()
    {
        string path = Make("sticky/below", "0755");
        Chmod("1777", "sticky");
        Assert.Null(FaultOf(path, PathUse.Edit));
        Assert.Equal(PathFault.DirectoryOpenToOthers, FaultOf(Path.GetDirectoryName(path)!, PathUse.Edit));
        Give("sticky/below");
        Assert.Equal(PathFault.ForeignDirectory, FaultOf(path, PathUse.Edit));
    }

    [Theory]
    [InlineData(PathUse.Edit)]
    [InlineData(PathUse.Private)]
    [InlineData(PathUse.Report)]
    internal void ALinkOfAnotherUserIsNotFollowed(PathUse use)
    {
        string link = Link("link", Make("real", "0755"));
        Assert.Null(FaultOf(link, use));
        Programs.Run("chown", "-h", Stranger, link);
        Assert.Equal(PathFault.ForeignLink, FaultOf(link, use));
    }

    [Theory]
    [InlineData(PathUse.Private)]
    [InlineData(PathUse.Report)]
    internal void ALinkOfRootThatOthersMayMoveIsNotFollowed(PathUse use)
    {
        Make("shared", "0777");
        string link = Link("shared/link", Make("real", "0755"));
        Assert.Equal(PathFault.ForeignLink, FaultOf(link, use));
        Chmod("1777", "shared");
        Assert.Null(FaultOf(link, use));
        Chmod("0755", "shared");
        Give("shared");
        Assert.NotNull(FaultOf(link, use));
    }

    [Fact]
    public void ADotDotBehindALinkIsThatOfTheDirectoryItLeadsTo()
    {
        string real = Make("a/b/c", "0755");
        Link("link", real);
        Link("up", "link/../d");
        Make("a/b/d", "0755");
        using DirectoryHandle handle = TrustedPath.Open(Path.Combine(_home.Root, "up"), PathUse.Edit);
        Assert.Equal(FileStatus.Of(Path.Combine(_home.Root, "a/b/d")), DirectoryStatus(handle));
    }

    [Fact]
    public void LinksInACircleEnd()
    {
        string link = Link("one", "two");
        Link("two", "one");
        Assert.Contains(
            "too many levels",
            Assert.Throws<IOException>(() => TrustedPath.Open(link, PathUse.Edit)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void MissingDirectoriesAreMadeForTheirOwnerAndNotBehindALink()
    {
        string path = Path.Combine(_home.Root, "new", "inner");
        Assert.Throws<DirectoryNotFoundException>(() => TrustedPath.Open(path, PathUse.Edit));
        TrustedPath.Open(path, PathUse.Edit, create: true).Dispose();
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(path), 8));
        string link = Link("dangling", "nowhere");
        Assert.Throws<DirectoryNotFoundException>(() => TrustedPath.Open(link, PathUse.Edit, create: true));
        Assert.False(Directory.Exists(Path.Combine(_home.Root, "nowhere")));
    }

    [Fact]
    public void AFileOnTheWayIsNoDirectory() =>
        Assert.Throws<DirectoryNotFoundException>(() =>
            TrustedPath.Open(Path.Combine(_home.Write("file", ""), "below"), PathUse.Edit)
        );

    public void Dispose() => _home.Dispose();

    private static FileStatus? DirectoryStatus(DirectoryHandle handle) => handle.Status;

    private static PathFault? FaultOf(string directory, PathUse use)
    {
        try
        {
            TrustedPath.Open(directory, use).Dispose();
            return null;
        }
        catch (UntrustedPathException exception)
        {
            return exception.Fault;
        }
    }

    private string Make(string name, string mode)
    {
        string path = Path.Combine(_home.Root, name);
        Directory.CreateDirectory(path);
        Programs.Run("chmod", mode, path);
        return path;
    }

    private void Chmod(string mode, string name) => Programs.Run("chmod", mode, Path.Combine(_home.Root, name));

    private void Give(string name) => Programs.Run("chown", Stranger, Path.Combine(_home.Root, name));

    private string Link(string name, string target)
    {
        string link = Path.Combine(_home.Root, name);
        File.CreateSymbolicLink(link, target);
        return link;
    }
}
