using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace CredHelper.Release.Tests;

public sealed class ContainerImageTests
{
    private static readonly Built[] Programs =
    [
        new(Samples.Target("linux-x64"), "", [1, 2]),
        new(Samples.Target("linux-arm64"), "", [3, 4]),
    ];

    [Fact]
    public void TheSameProgramsAreTheSameImage()
    {
        var (first, second) = (Write(), Write());
        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(first.Archive, second.Archive);
    }

    [Fact]
    public void EveryBlobHasTheNameOfItsContent()
    {
        var blobs = Read(Write()).Where(file => file.Key.StartsWith("blobs/", StringComparison.Ordinal)).ToList();
        Assert.Equal(7, blobs.Count);
        Assert.All(
            blobs,
            blob => Assert.Equal($"blobs/sha256/{Convert.ToHexStringLower(SHA256.HashData(blob.Value))}", blob.Key)
        );
    }

    [Fact]
    public void TheDigestIsThatOfAnIndexOfAllProcessors()
    {
        var image = Write();
        var files = Read(image);
        var entry = Json(files["index.json"]).GetProperty("manifests")[0];
        Assert.Equal(image.Digest, entry.GetProperty("digest").GetString());
        var index = Json(files[$"blobs/{image.Digest.Replace(':', '/')}"]);
        Assert.Equal(
            ["amd64", "arm64"],
            index
                .GetProperty("manifests")
                .EnumerateArray()
                .Select(manifest => manifest.GetProperty("platform").GetProperty("architecture").GetString())
        );
    }

    [Fact]
    public void TheImageHasTagAndName()
    {
        var annotations = Json(Read(Write())["index.json"]).GetProperty("manifests")[0].GetProperty("annotations");
        Assert.Equal("1.2.3", annotations.GetProperty("org.opencontainers.image.ref.name").GetString());
        Assert.Equal(
            "registry.example.com/ecr-login:1.2.3",
            annotations.GetProperty("io.containerd.image.name").GetString()
        );
    }

    private static ContainerImage Write() => ContainerImage.Write(Samples.Source, Samples.Project, Programs);

    private static JsonElement Json(byte[] text) => JsonDocument.Parse(text).RootElement;

    private static Dictionary<string, byte[]> Read(ContainerImage image)
    {
        using var tar = new TarReader(new MemoryStream(image.Archive));
        var files = new Dictionary<string, byte[]>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream!.CopyTo(content);
            files[entry.Name] = content.ToArray();
        }
        return files;
    }
}
