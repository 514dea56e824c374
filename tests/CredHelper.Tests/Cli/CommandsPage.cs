using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.Text;
using CredHelper.Cli;
using CredHelper.Diagnostics;

namespace CredHelper.Tests.Cli;

/// <summary>The page docs/reference/commands.md, written from the command tree.</summary>
internal static class CommandsPage
{
    private const string Introduction = $"""
        # Commands

        Reference of all commands and options, for everyone who calls `{HelperName.Program}`.
        `scripts/commands-page.sh` generates it from the help of the program; do not edit it. The
        [manual page](../{HelperName.Program}.1) adds exit codes, environment variables and files.

        Clients such as docker run the verbs `get`, `store`, `erase` and `list`, and the kubelet runs `kubelet`. The
        other commands are for users. Every command prints its help with `--help`.

        """;

    public static string Text()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        RootCommand root = CommandTree.Create();
        Append(text, root, HelperName.Program);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Command command, string path)
    {
        if (command is not RootCommand)
            text.Append($"\n## {path[(HelperName.Program.Length + 1)..]}\n\n{command.Description}.\n");
        text.Append($"\n```text\n{Usage(command, path)}\n```\n");
        AppendTable(text, "Argument", command.Arguments.Select(argument => (NameOf(argument), argument.Description)));
        AppendTable(
            text,
            "Option",
            command
                .Options.Where(option => !option.Hidden && (option is not HelpOption || command is RootCommand))
                .Select(option => (NameOf(option), option.Description))
        );
        if (command is HelpfulCommand { Examples: { } examples })
            text.Append($"\n```sh\n{WithoutTitle(examples)}\n```\n");
        foreach (Command below in command.Subcommands.Where(below => !below.Hidden))
            Append(text, below, $"{path} {below.Name}");
    }

    private static string Usage(Command command, string path)
    {
        IEnumerable<string> words =
        [
            path,
            .. command.Subcommands.Count > 0 ? (string[])["COMMAND"] : [],
            .. command.Options.Any(option => !option.Hidden && option is not HelpOption) ? (string[])["[OPTIONS]"] : [],
            .. command.Arguments.Select(UsageOf),
        ];
        return string.Join(' ', words);
    }

    private static string UsageOf(Argument argument)
    {
        string name = NameOf(argument) + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string NameOf(Argument argument) => (argument.HelpName ?? argument.Name).ToUpperInvariant();

    /// <summary>All names of an option but those of other systems (<c>-?</c>, <c>/h</c>), with its value.</summary>
    private static string NameOf(Option option)
    {
        IEnumerable<string> aliases = option is HelpOption ? ["-h"] : option.Aliases;
        string names = string.Join(", ", aliases.Order(StringComparer.Ordinal).Append(option.Name));
        if (option.ValueType == typeof(bool) || option is HelpOption)
            return names;
        string value =
            option.HelpName
            ?? string.Join('|', option.GetCompletions(CompletionContext.Empty).Select(item => item.Label));
        return $"{names} {(value.Length > 0 ? value : option.Name.TrimStart('-').ToUpperInvariant())}";
    }

    private static void AppendTable(StringBuilder text, string title, IEnumerable<(string Name, string? Text)> rows)
    {
        (string Name, string? Text)[] all = [.. rows];
        if (all.Length == 0)
            return;
        text.Append($"\n| {title} | Meaning |\n|---|---|\n");
        foreach ((string name, string? meaning) in all)
        {
            text.Append($"| `{name.Replace("|", "\\|", StringComparison.Ordinal)}` | {Escape(meaning ?? "")} |\n");
        }
    }

    private static string Escape(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    private static string WithoutTitle(string examples)
    {
        string lines = examples[(examples.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim('\n');
        return string.Join(
            '\n',
            lines
                .Split('\n')
                .Select(line => line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line.TrimStart())
        );
    }
}
