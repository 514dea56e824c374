using System.CommandLine;
using System.CommandLine.Completions;
using CredHelper.Diagnostics;

namespace CredHelper.Cli;

/// <summary><c>help COMMAND</c>: the same as <c>COMMAND --help</c>.</summary>
internal static class HelpCommand
{
    public const string Name = "help";

    public static Command Create()
    {
        var words = new Argument<string[]>("command")
        {
            Description = "Command to describe (default: the whole program)",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new HelpfulCommand(
            Name,
            $"""
            Print the help of a command

            Example: {HelperName.Program} {Name} setup docker
            """
        )
        {
            words,
        };
        words.CompletionSources.Add(context => NamesBelow(context, words));
        command.SetAction(call => CommandLine.Invoke([.. call.GetValue(words) ?? [], "--help"]));
        return command;
    }

    /// <summary>The commands that can follow the given ones.</summary>
    private static IEnumerable<CompletionItem> NamesBelow(CompletionContext context, Argument<string[]> words)
    {
        Command at = context.ParseResult.RootCommandResult.Command;
        foreach (string word in context.ParseResult.GetValue(words) ?? [])
        {
            if (at.Subcommands.FirstOrDefault(command => command.Name == word) is { } below)
                at = below;
        }
        return at.Subcommands.Where(command => !command.Hidden).Select(command => new CompletionItem(command.Name));
    }
}
