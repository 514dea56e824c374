namespace CredHelper.Release.Tests;

public sealed class NotesTests
{
    private const string Changelog =
        "# Changelog\r\n\r\n## [Unreleased]\r\n- later\r\n\r\n## [0.9.0] - 2026-11-24\r\n\r\n### Added\r\n- "
        + "this\r\n\r\n## [0.8.0]\r\n- that\r\n";

    [Fact]
    public void NotesAreOneVersionsSection() => Assert.Equal("### Added\n- this\n", Notes.Cut(Changelog, "0.9.0"));

    [Fact]
    public void TheOldestVersionEndsWithTheFile() => Assert.Equal("- that\n", Notes.Cut(Changelog, "0.8.0"));

    [Theory]
    [InlineData("\n[Unreleased]: https://example.com/compare/v0.8.0...HEAD\n")]
    [InlineData("\n<!-- Links:\n[Unreleased]: PROJECTURL/compare/v0.8.0...HEAD\n-->\n")]
    public void TheLinksAreNotPartOfTheOldestVersion(string links) =>
        Assert.Equal("- that\n", Notes.Cut(Changelog + links, "0.8.0"));

    [Theory]
    [InlineData("0.9")]
    [InlineData("1.0.0")]
    public void AVersionWithoutSectionIsNotReleased(string version) =>
        Assert.Contains(
            version,
            Assert.Throws<ReleaseException>(() => Notes.Cut(Changelog, version)).Message,
            StringComparison.Ordinal
        );
}
