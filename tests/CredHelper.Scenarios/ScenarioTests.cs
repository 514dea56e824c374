using System.Runtime.Versioning;
using CredHelper.Scenarios.Runner;
using Xunit.Sdk;
using Xunit.v3;

// Many scenarios depend on file modes, users and process groups.
[assembly: UnsupportedOSPlatform("windows")]
[assembly: Parallelization(Mode = ParallelMode.All)]

namespace CredHelper.Scenarios;

/// <summary>
/// Every scenario file is a separate test: <c>-displayName "protocol/*"</c> selects those of a topic.
/// </summary>
public sealed class ScenarioTests
{
    public static IEnumerable<TheoryDataRow<string>> All() =>
        ScenarioFiles
            .Names()
            .Where(name => ScenarioFiles.Read(name).IsAbout(PublishedBinary.IsWindows ? "windows" : "linux"))
            .Select(name => new TheoryDataRow<string>(name)
            {
                TestDisplayName = name,
                DisableParallelization = ScenarioFiles.Read(name).Serial,
            });

    [Fact]
    public void FirstLinesAreShortSentences() =>
        Assert.Equal([], ScenarioFiles.Names().Where(name => !IsShortSentence(ScenarioFiles.Read(name).Prose)));

    /// <summary>
    /// Checks that scenarios run all commands of the README except those that build and test this project.
    /// </summary>
    [Fact]
    public void ConsoleBlocksOfTheReadmeAreScenarios()
    {
        string[] run =
        [
            .. ScenarioFiles
                .Names()
                .SelectMany(name => ScenarioFiles.Read(name).Lines)
                .Where(line => line.Command is "console-prints" or "console-fails")
                .Select(line => line.Argument),
        ];
        string[] shown =
        [
            .. ConsoleBlock
                .OfReadme()
                .Select(block => block.Name)
                .Where(name =>
                    !name.StartsWith("./scripts/", StringComparison.Ordinal)
                    && !name.StartsWith("dotnet publish", StringComparison.Ordinal)
                ),
        ];

        Assert.True(shown.Length > 5, "the form of the README has changed: few blocks are found in it");
        Assert.Equal([], shown.Except(run));
    }

    /// <summary>Users paste commands, so each one is run by a scenario or a walk in the same words.</summary>
    [Fact]
    public void CommandsOfTheGuidesAreRun()
    {
        string tests = GuideFiles.Tests();
        string[] commands = [.. GuideFiles.Commands()];

        Assert.True(commands.Length > 30, "the form of the guides has changed: few commands are found in them");
        Assert.Equal([], commands.Where(command => !tests.Contains(command, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Holds(string name)
    {
        try
        {
            await ScenarioRun.RunAsync(ScenarioFiles.Read(name));
        }
        catch (ScenarioSkippedException skipped)
        {
            Assert.Skip(skipped.Message);
        }
    }

    private static bool IsShortSentence(string prose)
    {
        const int Columns = 118;
        return prose.Length <= Columns && prose.EndsWith('.') && !char.IsAsciiLetterLower(prose[0]);
    }
}
