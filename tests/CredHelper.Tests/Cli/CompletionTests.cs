using System.CommandLine;
using System.CommandLine.Help;
using CredHelper.Cli;
using CredHelper.Diagnostics;

namespace CredHelper.Tests.Cli;

/// <summary>A shell offers every command and option of the tree where it may stand.</summary>
public sealed class CompletionTests
{
    private static readonly RootCommand Root = CommandTree.Create();

    /// <summary>All but help, which is followed by the names of the others.</summary>
    public static TheoryData<string> Commands() => [.. Paths(Root, "").Where(path => path != HelpCommand.Name)];

    private static string[] Suggest(string words)
    {
        string line = $"{HelperName.Program} {words}";
        return [.. Completion.Suggest(Root, line, line.Length)];
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void OffersSubcommandsAndOptions(string path)
    {
        Command command = path.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate((Command)Root, (at, name) => at.Subcommands.Single(below => below.Name == name));
        string begun = path.Length == 0 ? "" : path + " ";
        Assert.Equal(
            command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name).Order(),
            Suggest(begun).Intersect(Root.Subcommands.Concat(command.Subcommands).Select(below => below.Name)).Order()
        );
        Assert.Equal(
            command
                .Options.Where(option => !option.Hidden && option is not HelpOption)
                .Select(option => option.Name)
                .Append("--help")
                .Order(),
            Suggest(begun + "--").Order()
        );
    }

    [Theory]
    [InlineData("get ")]
    [InlineData("version ")]
    [InlineData("list ")]
    public void OffersNothingWhereNothingIsExpected(string words) => Assert.Equal([], Suggest(words));

    [Theory]
    [InlineData("", "docker")]
    [InlineData("dok", null)]
    [InlineData("d", "docker")]
    public void OffersCommandsToHelp(string begun, string? offered) =>
        Assert.Equal(offered, Suggest("help setup " + begun).FirstOrDefault());

    [Theory]
    [InlineData("[suggest:7]", 7)]
    [InlineData("[suggest:]", null)]
    [InlineData("[suggest:-1]", null)]
    [InlineData("suggest", null)]
    public void FindsThePositionOfTheCursor(string argument, int? position) =>
        Assert.Equal(position, Completion.PositionIn(argument));

    private static IEnumerable<string> Paths(Command command, string path)
    {
        yield return path;
        foreach (Command below in command.Subcommands)
        {
            foreach (string found in Paths(below, $"{path} {below.Name}".Trim()))
                yield return found;
        }
    }
}
