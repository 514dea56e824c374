using System.Text.Json;

namespace CredHelper.Release.Tests;

public sealed class ScoopTests
{
    [Fact]
    public void TheManifestNamesTheArchiveItsChecksumAndBothCommands()
    {
        using var manifest = JsonDocument.Parse(
            Scoop.Write(Samples.Source, Samples.Project, Samples.Download("win-x64"))
        );
        var root = manifest.RootElement;
        var archive = root.GetProperty("architecture").GetProperty("64bit");
        Assert.Equal("1.2.3", root.GetProperty("version").GetString());
        Assert.Equal(
            "https://git.example.com/ecr-login/v1.2.3/win-x64.archive",
            archive.GetProperty("url").GetString()
        );
        Assert.Equal(new string('a', 64), archive.GetProperty("hash").GetString());
        Assert.Equal("folder-win-x64", archive.GetProperty("extract_dir").GetString());
        Assert.Equal(
            """["docker-credential-ecr-login.exe",["docker-credential-ecr-login.exe","ecr-login"]]""",
            JsonSerializer.Serialize(root.GetProperty("bin"))
        );
    }
}
