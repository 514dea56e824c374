using System.Text.RegularExpressions;

namespace CredHelper.Tests.Doctor;

/// <summary>
/// The codes of doctor: in the sources, in docs/troubleshooting.md and in the scenarios, each in all three.
/// </summary>
public sealed partial class FindingCodeTests
{
    /// <summary>What is left for a fault of ours, which no scenario can bring about.</summary>
    private const string Unexpected = "ECR000";

    [Fact]
    public void AreTheSourcesOwn() =>
        Assert.Equal(CodesIn("src/CredHelper", "*.cs"), CodesIn("docs", "troubleshooting.md"));

    [Fact]
    public void HaveAScenario() =>
        Assert.Equal(
            [],
            CodesIn("src/CredHelper", "*.cs")
                .Except(CodesIn("tests/CredHelper.Scenarios", "*.txt"))
                .Where(code => code != Unexpected)
        );

    private static IReadOnlyList<string> CodesIn(string folder, string files) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, folder), files, SearchOption.AllDirectories)
                .Where(file =>
                    !file.Contains(
                        $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                        StringComparison.Ordinal
                    )
                )
                .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Value))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    [GeneratedRegex("ECR[0-9]{3}")]
    private static partial Regex Code();
}
