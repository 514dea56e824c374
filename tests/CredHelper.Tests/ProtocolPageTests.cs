using System.Text.RegularExpressions;

namespace CredHelper.Tests;

/// <summary>
/// Tests that docs/reference/protocol.md has the sections that are cited, and names existing scenarios for its rules.
/// </summary>
public sealed partial class ProtocolPageTests
{
    private static readonly string[] Folders = ["src", "tests"];

    private static readonly string Page = Repository.Read("docs", "reference", "protocol.md");

    [Fact]
    public void HasEverySectionThatIsCited()
    {
        string[] sections = [.. Heading().Matches(Page).Select(heading => heading.Groups["number"].Value)];
        string[] cited =
        [
            .. Folders
                .SelectMany(folder => Repository.Files(folder, "*.cs"))
                .SelectMany(file => Citation().Matches(File.ReadAllText(file)))
                .SelectMany(citation => citation.Groups["number"].Captures)
                .Select(number => number.Value),
        ];

        Assert.True(cited.Length > 10, "the form of citations has changed: few are found");
        Assert.Equal([], cited.Except(sections));
    }

    [Fact]
    public void NamesScenariosThatAreThere()
    {
        string scenarios = Path.Combine(Repository.Root, "tests", "CredHelper.Scenarios");
        string[] named = [.. ScenarioName().Matches(Page).Select(name => name.Groups["name"].Value)];

        Assert.True(named.Length > 10, "the form of the page has changed: few scenarios are found in it");
        Assert.All(named, name => Assert.NotEmpty(Directory.EnumerateFiles(scenarios, $"{name}.txt")));
    }

    [GeneratedRegex(@"^###? (?<number>\d(\.\d)?)\.? ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(
        @"docs/reference/protocol\.md,\s(///\s)?(?<number>\d(\.\d)?)((,| to| and) (?<number>\d(\.\d)?))?",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Citation();

    [GeneratedRegex("`(?<name>(protocol|list)/[a-z*-]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex ScenarioName();
}
