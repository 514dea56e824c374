using System.CommandLine;
using CredHelper.Cli;

namespace CredHelper.Tests.Cli;

/// <summary>Help reads the same for every verb and command.</summary>
public sealed class CommandTreeTests
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
