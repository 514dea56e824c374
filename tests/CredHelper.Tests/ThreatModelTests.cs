using System.Text.RegularExpressions;

namespace CredHelper.Tests;

/// <summary>
/// docs/security.md names the tests of each promise; this test fails if one of them was renamed or removed.
/// </summary>
public sealed partial class ThreatModelTests
{
    [Fact]
    public void NamesTestsForEveryPromise()
    {
        string[] sections = Repository.Read("docs", "security.md").Split("\n## ")[2..];

        Assert.All(sections, section => Assert.Contains("\nTests: ", section, StringComparison.Ordinal));
    }

    [Fact]
    public void NamesTestsThatAreThere()
    {
        string text = Repository.Read("docs", "security.md");
        string[] named =
        [
            .. Tests()
                .Matches(text)
                .SelectMany(tests => Name().Matches(tests.Value).Select(name => name.Groups[1].Value))
                .Distinct(),
        ];

        Assert.True(named.Length > 40, "the document's form has changed: few tests are found in it");
        Assert.Equal(
            [],
            named.Where(name =>
                !IsScenario(name)
                && !IsFault(name)
                && !IsFuzzTarget(name)
                && !IsClass(name)
                && !IsCommandOfScenarios(name)
            )
        );
    }

    private static bool IsScenario(string name)
    {
        string scenarios = Path.Combine(Repository.Root, "tests", "CredHelper.Scenarios");
        return name.EndsWith('/')
            ? Directory.Exists(Path.Combine(scenarios, name))
            : File.Exists(Path.Combine(scenarios, $"{name}.txt"))
                || (
                    !name.Contains('/', StringComparison.Ordinal)
                    && Directory.EnumerateFiles(scenarios, $"{name}.txt", SearchOption.AllDirectories).Any()
                );
    }

    private static bool IsFault(string name) => Contains("scripts/faults", "*.py", $"check(\"{name}");

    private static bool IsFuzzTarget(string name) =>
        Contains("tests/CredHelper.Fuzz/Targets", "*.cs", $"Name => \"{name}\";");

    private static bool IsClass(string name) =>
        !name.Contains('-', StringComparison.Ordinal) && Contains("tests/CredHelper.Tests", "*.cs", $"class {name}\n")
        || Contains("tests/CredHelper.Tests", "*.cs", $"class {name} :");

    private static bool IsCommandOfScenarios(string name) =>
        Contains("tests/CredHelper.Scenarios/Runner", "*.cs", $"[\"{name}\"]");

    private static bool Contains(string folder, string files, string text) =>
        Repository.Files(folder, files).Any(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal));

    [GeneratedRegex("^Tests: (?:.+\n)+", RegexOptions.Multiline)]
    private static partial Regex Tests();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
