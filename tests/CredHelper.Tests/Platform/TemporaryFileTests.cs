using System.Runtime.Versioning;
using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

/// <summary>A file that is written beside another file, while other processes change what its name refers to.</summary>
[SupportedOSPlatform("linux")]
public sealed class TemporaryFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Home _home = new();

    public TemporaryFileTests() => Programs.RequireLinux();

    [Fact]
    public void OwnerModeAndContentAreGivenToTheOpenFileAndNotToItsName()
    {
        Programs.RequireRoot();
        string victim = _home.Write("victim", "precious");
        FileStatus? before = FileStatus.Of(victim);
        using (DirectoryHandle directory = Open("d"))
        {
            using var file = TemporaryFile.Create(directory, "config");
            string name = Assert.Single(Directory.GetFileSystemEntries(directory.Path));
            File.Delete(name);
            File.CreateSymbolicLink(name, victim);
            Assert.True(file.TrySetOwner(30412, 30412));
            file.SetMode((UnixFileMode)0b110_110_110);
            file.Write("content"u8);
        }
        Assert.Equal(before, FileStatus.Of(victim));
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [Fact]
    public void ItIsClosedToOthersUntilItHasItsMode()
    {
        using DirectoryHandle directory = Open("d");
        using var file = TemporaryFile.Create(directory, "config");
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(directory.Path))));
    }

    [Fact]
    public void WhatAKilledProcessLeftIsRemovedAndWhatIsBeingWrittenStays()
    {
        using DirectoryHandle directory = Open("d");
        using var first = TemporaryFile.Create(directory, "config");
        _home.Write("d/.config.ecr-login-left", "");
        _home.Write("d/.other.ecr-login-left", "");
        using var second = TemporaryFile.Create(directory, "config");
        first.Write("1"u8);
        first.Commit();
        second.Write("2"u8);
        second.Commit();
        Assert.Equal("2", File.ReadAllText(directory.PathOf("config")));
        Assert.Equal(
            [".other.ecr-login-left", "config"],
            Directory.EnumerateFiles(directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void OneThatIsNotCommittedIsRemoved()
    {
        using DirectoryHandle directory = Open("d");
        TemporaryFile.Create(directory, "config").Dispose();
        Assert.Empty(Directory.EnumerateFiles(directory.Path));
    }

    [Fact]
    public void TheAccessListThatADirectoryHandsDownDoesNotCount()
    {
        using DirectoryHandle directory = Open("d");
        if (!AccessLists.TrySetDefault(directory.Path))
            Assert.Skip("The file system has no access lists.");
        using var file = TemporaryFile.Create(directory, "config");
        file.SetMode(OwnerOnly | UnixFileMode.GroupRead);
        file.Commit();
        Assert.Null(directory.Read("config", 10).AccessList);
    }

    public void Dispose() => _home.Dispose();

    private DirectoryHandle Open(string name)
    {
        string path = Path.Combine(_home.Root, name);
        Directory.CreateDirectory(path);
        return TrustedPath.Open(path, PathUse.Private);
    }
}
