using System.Runtime.Versioning;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Tests.Platform;

namespace CredHelper.Tests.Editing;

[SupportedOSPlatform("linux")]
public sealed class EditableFileTests : IDisposable
{
    private const string Stranger = "30415";
    private const UnixFileMode Shared = (UnixFileMode)0b110_100_000;
    private readonly Home _home = new();

    public EditableFileTests() => Programs.RequireLinux();

    [Fact]
    public void KeepsOwnerAndMode()
    {
        Programs.RequireRoot();
        string path = _home.Write("d/config", "before");
        Programs.Run("chown", $"{Stranger}:{Stranger}", path);
        File.SetUnixFileMode(path, Shared);
        EditableFile.Open(path).Replace("after"u8.ToArray());
        Assert.Equal("after", File.ReadAllText(path));
        FileStatus status = FileStatus.Of(path)!.Value;
        Assert.Equal((30415u, 30415u, Shared), (status.UserId, status.GroupId, status.Permissions));
    }

    [Fact]
    public void KeepsAnAccessList()
    {
        string path = _home.Write("d/config", "before");
        if (!AccessLists.TrySet(path))
            Assert.Skip("The file system has no access lists.");
        EditableFile file = EditableFile.Open(path);
        file.Replace("after"u8.ToArray());
        file.Replace("again"u8.ToArray());
        using DirectoryHandle directory = TrustedPath.Open(Path.GetDirectoryName(path)!, PathUse.Edit);
        Assert.Equal(AccessLists.List, directory.Read("config", 10).AccessList);
    }

    [Fact]
    public void AFileOfAnotherModeIsOursAndHasNoAccessList()
    {
        Programs.RequireRoot();
        string path = _home.Write("d/program", "before");
        _ = AccessLists.TrySet(path);
        Programs.Run("chown", Stranger, path);
        EditableFile.Open(path).Replace("after"u8.ToArray(), Shared);
        using DirectoryHandle directory = TrustedPath.Open(Path.GetDirectoryName(path)!, PathUse.Edit);
        FileSnapshot after = directory.Read("program", 10);
        Assert.Equal((0u, Shared), (after.Status!.Value.UserId, after.Status!.Value.Permissions));
        Assert.Null(after.AccessList);
    }

    [Fact]
    public void SeesAFileThatTookThePlace()
    {
        string path = _home.Write("d/config", "before");
        EditableFile file = EditableFile.Open(path);
        Assert.False(file.HasChanged);
        File.Move(_home.Write("d/other", "before"), path, overwrite: true);
        Assert.True(file.HasChanged);
        Assert.Throws<ChangedMeanwhileException>(() => file.Replace("after"u8.ToArray()));
        Assert.Equal("before", File.ReadAllText(path));
    }

    [Fact]
    public void ALinkInThePlaceOfTheFileMeanwhileIsNotFollowed()
    {
        string path = _home.Write("d/config", "before"),
            victim = _home.Write("victim", "precious");
        EditableFile file = EditableFile.Open(path);
        File.Delete(path);
        File.CreateSymbolicLink(path, victim);
        Assert.Throws<ChangedMeanwhileException>(() => file.Replace("after"u8.ToArray()));
        Assert.Throws<ChangedMeanwhileException>(file.Delete);
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [Fact]
    public void SecretsAreNotWrittenThroughALink()
    {
        string path = Path.Combine(_home.Root, "link");
        File.CreateSymbolicLink(path, _home.Write("target", "{}"));
        Assert.Contains("is a link", Refusal(() => EditableFile.OpenPrivate(path)), StringComparison.Ordinal);
        File.Delete(path);
        File.CreateSymbolicLink(path, "nowhere");
        Assert.Contains("is a link", Refusal(() => EditableFile.OpenPrivate(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void SecretsAreNotWrittenIntoAFileOrDirectoryOfAnotherUser()
    {
        Programs.RequireRoot();
        string path = _home.Write("d/config", "{}");
        Programs.Run("chown", Stranger, path);
        Assert.Contains("another user", Refusal(() => EditableFile.OpenPrivate(path)), StringComparison.Ordinal);
        File.Delete(path);
        EditableFile file = EditableFile.OpenPrivate(path);
        Programs.Run("chown", Stranger, Path.GetDirectoryName(path)!);
        Assert.Contains("another user", Refusal(() => EditableFile.OpenPrivate(path)), StringComparison.Ordinal);
        Assert.Contains("another user", Refusal(() => file.Replace([], Shared)), StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void RootEditsNothingThatAnotherUserCouldLeadElsewhere()
    {
        Programs.RequireRoot();
        string path = _home.Write("d/config", "{}");
        EditableFile file = EditableFile.Open(path);
        Programs.Run("chmod", "2775", Path.GetDirectoryName(path)!);
        Assert.Contains("may write to", Refusal(() => EditableFile.Open(path)), StringComparison.Ordinal);
        Assert.Contains("may write to", Refusal(() => file.Replace([])), StringComparison.Ordinal);
        Assert.Contains("may write to", Refusal(file.Delete), StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(path));
    }

    public void Dispose() => _home.Dispose();

    private static string Refusal(Action action) => Assert.Throws<HelperException>(action).Message;
}
