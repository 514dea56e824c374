using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using CredHelper.Cache;
using CredHelper.Editing;
using CredHelper.Platform;

namespace CredHelper.Windows.Tests;

/// <summary>Access lists.</summary>
public sealed class AccessTests : IDisposable
{
    private static readonly SecurityIdentifier Everyone = new(WellKnownSidType.WorldSid, null);
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void OfDirectoriesOfOursAreClosedToOthers()
    {
        string leaf = _place.PathOf(@"parent\leaf");
        Assert.Null(PrivateDirectory.Ensure(leaf));
        Assert.False(WindowsAccess.IsOpenToOthers(leaf));
        Assert.False(WindowsAccess.IsOpenToOthers(_place.PathOf("parent")));
        AllowEveryone(new DirectoryInfo(leaf));
        Assert.Equal($"{leaf} is open to other users", PrivateDirectory.WhyUnusable(leaf));
        Assert.Null(PrivateDirectory.Ensure(leaf));
        Assert.False(WindowsAccess.IsOpenToOthers(leaf));
    }

    [Fact]
    public void OfFilesOfOursAreClosedToOthers()
    {
        string leaf = _place.PathOf("leaf");
        Assert.Null(PrivateDirectory.Ensure(leaf));
        PrivateDirectory.Replace(leaf, "token", "secret"u8);
        Assert.DoesNotContain(Everyone, AllowedIn(Path.Combine(leaf, "token")));
    }

    [Fact]
    public void OfEditedFilesAreKept()
    {
        string open = _place.Write("open.json", "{}"),
            closed = _place.Write("closed.json", "{}");
        AllowEveryone(new FileInfo(open));
        WindowsAccess.MakePrivateFile(closed);
        foreach (string path in (string[])[open, closed])
        {
            byte[] before = WindowsAccess.ListOf(path);
            EditableFile.Open(path).Replace(Encoding.UTF8.GetBytes("{ }"));
            Assert.Equal(before, WindowsAccess.ListOf(path));
        }
        Assert.Contains(Everyone, AllowedIn(open));
        Assert.DoesNotContain(Everyone, AllowedIn(closed));
    }

    [Fact]
    public void OfNewFilesAreClosedToOthers()
    {
        string path = _place.PathOf(@"docker\config.json");
        AllowEveryone(Directory.CreateDirectory(_place.PathOf("docker")), InheritanceFlags.ObjectInherit);
        EditableFile.Open(path).Replace(Encoding.UTF8.GetBytes("{}"));
        Assert.DoesNotContain(Everyone, AllowedIn(path));
    }

    private static IEnumerable<IdentityReference> AllowedIn(string path) =>
        new FileInfo(path)
            .GetAccessControl()
            .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
            .Cast<FileSystemAccessRule>()
            .Where(rule => rule.AccessControlType == AccessControlType.Allow)
            .Select(rule => rule.IdentityReference);

    private static void AllowEveryone(FileSystemInfo place, InheritanceFlags inheritance = InheritanceFlags.None)
    {
        var rule = new FileSystemAccessRule(
            Everyone,
            FileSystemRights.ReadAndExecute,
            inheritance,
            PropagationFlags.None,
            AccessControlType.Allow
        );
        if (place is DirectoryInfo directory)
        {
            DirectorySecurity security = directory.GetAccessControl();
            security.AddAccessRule(rule);
            directory.SetAccessControl(security);
        }
        else if (place is FileInfo file)
        {
            FileSecurity security = file.GetAccessControl();
            security.AddAccessRule(rule);
            file.SetAccessControl(security);
        }
    }
}
