using System.Text.RegularExpressions;

namespace CredHelper.Tests.Doctor;

/// <summary>Tests that each code of doctor is in the sources, in docs/troubleshooting.md and in a scenario.</summary>
public sealed partial class FindingCodeTests
{
    /// <summary>The code of an internal error, which no scenario can cause.</summary>
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
            .. Repository
                .Files(folder, files)
                .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Value))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    [GeneratedRegex("ECR[0-9]{3}")]
    private static partial Regex Code();
}
