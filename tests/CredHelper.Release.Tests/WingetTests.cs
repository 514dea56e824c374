namespace CredHelper.Release.Tests;

public sealed class WingetTests
{
    [Fact]
    public void AVersionHasThreeManifests()
    {
        var manifests = Write(Samples.Project);
        Assert.Equal(
            [
                "JaneDoe.docker-credential-ecr-login.yaml",
                "JaneDoe.docker-credential-ecr-login.installer.yaml",
                "JaneDoe.docker-credential-ecr-login.locale.en-US.yaml",
            ],
            manifests.Select(manifest => manifest.FileName)
        );
        Assert.Equal(
            ["version", "installer", "defaultLocale"],
            manifests.Select(manifest => Value(manifest.Text, "ManifestType"))
        );
        Assert.All(manifests, manifest => Assert.Equal("\"1.2.3\"", Value(manifest.Text, "PackageVersion")));
    }

    [Fact]
    public void TheInstallerIsTheProgramInTheArchive()
    {
        var installer = Write(Samples.Project)[1].Text;
        Assert.Equal("\"folder-win-x64\\\\docker-credential-ecr-login.exe\"", Value(installer, "RelativeFilePath"));
        Assert.Equal("\"https://git.example.com/ecr-login/v1.2.3/win-x64.archive\"", Value(installer, "InstallerUrl"));
        Assert.Equal(new string('A', 64), Value(installer, "InstallerSha256"));
    }

    [Fact]
    public void ANameWithQuotesStaysOneValue() =>
        Assert.Equal(
            "\"Jane \\u0022J\\u0022 Doe: \\\\\"",
            Value(Write(Samples.Project with { MaintainerName = "Jane \"J\" Doe: \\" })[2].Text, "Publisher")
        );

    [Theory]
    [InlineData("Example, Inc.", "ExampleInc.docker-credential-ecr-login")]
    [InlineData(
        "1234567890123456789012345678901234567890",
        "12345678901234567890123456789012.docker-credential-ecr-login"
    )]
    public void TheIdentifierHasTheLettersOfTheName(string name, string expected) =>
        Assert.Equal(expected, Winget.Identifier(Samples.Project with { MaintainerName = name }));

    [Fact]
    public void ANameWithoutLettersIsRefused() =>
        Assert.Throws<ReleaseException>(() => Winget.Identifier(Samples.Project with { MaintainerName = "…" }));

    private static List<(string FileName, string Text)> Write(Project project) =>
        [.. Winget.Write(Samples.Source, project, Samples.Download("win-x64"))];

    private static string Value(string manifest, string name) =>
        manifest
            .Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => line.TrimStart('-', ' ').Split(": ", 2))
            .Single(parts => parts[0] == name)[1];
}
