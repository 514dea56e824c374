using System.Formats.Tar;
using System.IO.Compression;

namespace CredHelper.Release.Tests;

public sealed class ArchiveTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);

    private static readonly Dictionary<string, byte[]> Files = new() { ["program"] = [1, 2, 3], ["LICENSE"] = [4] };

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar.gz")]
    public void TheOrderOfFilesDoesNotShow(string name)
    {
        var reversed = Files.Reverse().ToDictionary();
        Assert.Equal(Bytes(name, Files), Bytes(name, reversed));
    }

    [Fact]
    public void TarHoldsModesTimesAndNoUser()
    {
        using var gzip = new GZipStream(new MemoryStream(Bytes("a.tar.gz", Files)), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        var license = Assert.IsType<UstarTarEntry>(tar.GetNextEntry(copyData: true));
        var program = Assert.IsType<UstarTarEntry>(tar.GetNextEntry(copyData: true));
        Assert.Null(tar.GetNextEntry());
        Assert.Equal("folder/LICENSE", license.Name);
        Assert.Equal(Convert.ToInt32("644", 8), (int)license.Mode);
        Assert.Equal("folder/program", program.Name);
        Assert.Equal(Convert.ToInt32("755", 8), (int)program.Mode);
        Assert.Equal((Time, 0, 0, "root"), (program.ModificationTime, program.Uid, program.Gid, program.UserName));
    }

    [Fact]
    public void TarHoldsLinksAndDirectories()
    {
        var bytes = Archive.TarGz([new("./usr/"), new("./usr/link", LinkTo: "program")], Time);
        using var tar = new TarReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        Assert.Equal(TarEntryType.Directory, tar.GetNextEntry()?.EntryType);
        Assert.Equal("program", tar.GetNextEntry()?.LinkName);
    }

    [Fact]
    public void ZipHoldsContents()
    {
        using var zip = new ZipArchive(new MemoryStream(Bytes("a.zip", Files)));
        Assert.Equal(["folder/LICENSE", "folder/program"], zip.Entries.Select(entry => entry.FullName));
        Assert.All(zip.Entries, entry => Assert.Equal(Time.DateTime, entry.LastWriteTime.DateTime));
        Assert.Equal(3, zip.Entries[1].Length);
    }

    [Fact]
    public void GzipHeaderHoldsNeitherNameNorTime() =>
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], Archive.Gzip([1])[..8]);

    private static byte[] Bytes(string name, Dictionary<string, byte[]> files)
    {
        using var room = new Room();
        var path = room[name];
        Archive.Write(path, "folder", files, "program", Time);
        return File.ReadAllBytes(path);
    }
}
