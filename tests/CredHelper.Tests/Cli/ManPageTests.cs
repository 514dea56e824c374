using System.CommandLine;
using System.CommandLine.Help;
using CredHelper.Cli;

namespace CredHelper.Tests.Cli;

/// <summary>The manual page has every command and option of the command tree, and no other.</summary>
public sealed class ManPageTests
{
    private static readonly string[] Lines = File.ReadAllLines(
        Path.Combine(Repository.Root, "docs", "docker-credential-ecr-login.1")
    );

    [Fact]
    public void HasTheCommandsAndOptionsOfTheTree() =>
        Assert.Equal(
            InTree(CommandTree.Create(), "").Order(StringComparer.Ordinal),
            InPage().Order(StringComparer.Ordinal)
        );

    [Fact]
    public void MentionsNoOptionThatThereIsNot()
    {
        HashSet<string> known = [.. InTree(CommandTree.Create(), "").Select(entry => entry.Split(' ')[^1])];
        Assert.Equal(
            [],
            Lines
                .Where(line => line.StartsWith(".Fl ", StringComparison.Ordinal))
                .Select(line => "-" + line.Split(' ')[1])
                .Where(option => !known.Contains(option))
        );
    }

    /// <summary>Each command that can be run, and each of its options behind it: <c>setup docker --undo</c>.</summary>
    private static IEnumerable<string> InTree(Command command, string path)
    {
        if (command.Subcommands.Count == 0)
            yield return path;
        foreach (Option option in command.Options.Where(option => !option.Hidden))
        {
            // Its further names are those of other systems: -? and /h.
            string[] names = option is HelpOption ? ["--help", "-h"] : [option.Name, .. option.Aliases];
            foreach (string name in names)
                yield return $"{path} {name}".Trim();
        }
        foreach (Command below in command.Subcommands.Where(below => !below.Hidden))
        {
            foreach (string entry in InTree(below, $"{path} {below.Name}".Trim()))
                yield return entry;
        }
    }

    /// <summary>
    /// The same by the page's lists. <c>.It Cm a , b</c> begins commands, <c>.It Fl x , Fl -long Ar VALUE</c> is an
    /// option of those; options before the first command are the program's.
    /// </summary>
    private static HashSet<string> InPage()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        string[] commands = [""];
        bool isCommands = false;
        foreach (string line in Lines)
        {
            if (line.StartsWith(".Sh ", StringComparison.Ordinal))
                isCommands = line is ".Sh OPTIONS" or ".Sh VERBS" or ".Sh COMMANDS";
            if (!isCommands || !line.StartsWith(".It ", StringComparison.Ordinal))
                continue;
            string[] words = line.Split(' ')[1..];
            if (words[0] == "Cm")
            {
                commands = [.. string.Join(' ', words[1..].TakeWhile(word => !IsValue(word))).Split(" , ")];
                found.UnionWith(commands);
            }
            else
            {
                found.UnionWith(
                    commands.SelectMany(command => Options(words).Select(name => $"{command} {name}".Trim()))
                );
            }
        }
        return found;
    }

    private static IEnumerable<string> Options(string[] words) =>
        words.Zip(words.Skip(1)).Where(pair => pair.First == "Fl").Select(pair => "-" + pair.Second);

    /// <summary>What stands behind a command's name: an argument, or the words to choose from.</summary>
    private static bool IsValue(string word) => word is "Op" or "Ar" or "bash" or "|";
}
