namespace CredHelper.Release.Tests;

public sealed class HomebrewTests
{
    [Fact]
    public void TheFormulaHasEveryArchiveUnderItsSystemAndProcessor()
    {
        var formula = Homebrew.Write(
            Samples.Source,
            Samples.Project,
            [Samples.Download("linux-x64"), Samples.Download("osx-arm64"), Samples.Download("osx-x64")]
        );
        Assert.Equal(
            [
                "on_macos",
                "on_arm",
                "https://git.example.com/ecr-login/v1.2.3/osx-arm64.archive",
                "on_intel",
                "https://git.example.com/ecr-login/v1.2.3/osx-x64.archive",
                "on_linux",
                "on_intel",
                "https://git.example.com/ecr-login/v1.2.3/linux-x64.archive",
            ],
            formula
                .Split('\n', StringSplitOptions.TrimEntries)
                .Where(line =>
                    line.StartsWith("on_", StringComparison.Ordinal) || line.StartsWith("url", StringComparison.Ordinal)
                )
                .Select(line => line.Replace(" do", "", StringComparison.Ordinal).Replace("url ", "").Trim('"'))
        );
        Assert.Contains($"sha256 \"{new string('a', 64)}\"", formula, StringComparison.Ordinal);
        Assert.Contains("version \"1.2.3\"", formula, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-x64", true)]
    [InlineData("osx-x64", true)]
    [InlineData("linux-x64-dynamic", false)]
    [InlineData("win-x64", false)]
    public void OneArchiveIsForEachSystemOfHomebrew(string target, bool expected) =>
        Assert.Equal(expected, Homebrew.IsFor(Samples.Download(target)));
}
