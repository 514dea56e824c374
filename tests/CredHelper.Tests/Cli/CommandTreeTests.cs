using System.CommandLine;
using System.Text.RegularExpressions;
using CredHelper.Cli;

namespace CredHelper.Tests.Cli;

/// <summary>Help reads the same for every verb and command.</summary>
public sealed partial class CommandTreeTests
{
    public static TheoryData<string> Commands() => [.. Below(CommandTree.Create(), [])];

    [Theory]
    [MemberData(nameof(Commands))]
    public void HelpEndsWithExamples(string command)
    {
        using var output = new StringWriter();
        int code = CommandTree
            .Create()
            .Parse($"{command} --help")
            .Invoke(new InvocationConfiguration { Output = output });
        Assert.Equal(0, code);
        Assert.Matches($@"\nExamples?:[^\0]*{command}", output.ToString().ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("get")]
    [InlineData("store")]
    [InlineData("erase")]
    [InlineData("list")]
    [InlineData("version")]
    [InlineData("kubelet")]
    public void HasTheVerbsThatRunWithoutIt(string name)
    {
        Assert.NotNull(Verbs.Find(name));
        Assert.Contains(CommandTree.Create().Subcommands, command => command.Name == name);
    }

    /// <summary>Descriptions are phrases: a capital (or the name of a file) first, and no full stop.</summary>
    [Fact]
    public void DescriptionsArePhrases() =>
        Assert.Equal([], Descriptions(CommandTree.Create()).Where(text => !Phrase().IsMatch(text)));

    private static IEnumerable<string> Descriptions(Command command)
    {
        IEnumerable<Symbol> symbols =
        [
            command,
            .. command.Options.Where(option => !option.Hidden),
            .. command.Arguments.Where(argument => !argument.Hidden),
        ];
        return symbols
            .Select(symbol => symbol.Description ?? $"no description of {symbol.Name}")
            .Concat(command.Subcommands.SelectMany(Descriptions));
    }

    [GeneratedRegex(@"^([A-Z][^\n]*|config\.toml[^\n]*)(?<!\.)$")]
    private static partial Regex Phrase();

    private static IEnumerable<string> Below(Command command, string[] path)
    {
        foreach (Command below in command.Subcommands)
        {
            string[] name = [.. path, below.Name];
            yield return string.Join(' ', name);
            foreach (string found in Below(below, name))
                yield return found;
        }
    }
}
