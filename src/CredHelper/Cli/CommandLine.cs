using System.CommandLine;
using System.CommandLine.Parsing;
using CredHelper.Aws.Config;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Cli;

/// <summary>
/// From arguments to a verb or command. What a client of the helper protocol may call ends as it does in other helpers:
/// one line on standard output and exit code 1. Commands are for people: 0 done, 1 failed or refused, 2 called wrongly,
/// with standard output for results alone.
/// </summary>
internal static class CommandLine
{
    private const int Misused = 2;

    private const string Usage =
        $"usage: {HelperName.Program} get|store|erase|list|version; all commands: {HelperName.Program} --help";

    public static int Run(string[] args)
    {
        // Under the kubelet's name a call is a request, but for what a person at a terminal asks.
        if (KubeletCommand.IsCalledSo && args is not ["-h" or "--help" or "-v" or "--version"])
            return KubeletCommand.Run();
        return args switch
        {
            [] => throw new HelperException(FailureKind.Usage, Usage),
            [var name] when Verbs.Find(name) is { } verb => verb.Run(EnvironmentSnapshot.Take()),
            [AsUser.Verb, ..] => UserChild.Become(args, Run),
            [var directive, var line] when Completion.PositionIn(directive) is { } position => Suggest(line, position),
            _ => Invoke(args),
        };
    }

    public static int Invoke(string[] args)
    {
        RootCommand root = CommandTree.Create();
        ParseResult call = root.Parse(args);
        Command command = call.CommandResult.Command;
        bool isGroup = command.Subcommands.Count > 0;
        if (isGroup && call.UnmatchedTokens is [var unknown, ..])
            return RefuseCommand(call, unknown, isWholeCall: args.Length == 1);
        // A group of commands by itself: the same as asking for its help.
        if (isGroup && command != root)
            call = root.Parse([.. args, "--help"]);
        if (call.Errors.Count > 0)
        {
            bool isVerb = root.Subcommands.Contains(command) && Verbs.Find(command.Name) is not null;
            return !isVerb ? Refuse(call) : throw new HelperException(FailureKind.Usage, Usage);
        }

        try
        {
            if (args[0] is DoctorCommand.Name or SetupCommand.Name)
                DescriptorLimit.Require(DescriptorLimit.ForPrograms);
            // What the library prints of its own: help.
            using var output = new StringWriter();
            int code = call.Invoke(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output }
            );
            if (output.GetStringBuilder().Length > 0)
                Terminal.Write(output.ToString());
            return code;
        }
        catch (HelperException exception)
        {
            FailureLine.Of(args[0], exception).WriteToError();
            return exception.Kind == FailureKind.Usage ? Misused : 1;
        }
    }

    private static int Suggest(string line, int position)
    {
        foreach (string word in Completion.Suggest(CommandTree.Create(), line, position))
            Terminal.Write(ForeignText.Line(word) + "\n");
        return 0;
    }

    /// <param name="call">What was understood.</param>
    /// <param name="unknown">The first word that was not.</param>
    /// <param name="isWholeCall">One word alone may be a verb of a later protocol: a client reads the answer.</param>
    private static int RefuseCommand(ParseResult call, string unknown, bool isWholeCall)
    {
        bool isOption = unknown.StartsWith('-');
        string problem = $"unknown {(isOption ? "option" : "command")} '{ForeignText.Clean(unknown)}'";
        string? hint = NearNames.Suggest(unknown, NamesIn(call.CommandResult.Command));
        if (isWholeCall && !isOption)
        {
            throw new HelperException(
                FailureKind.Usage,
                hint is null ? $"{problem}; {Usage}" : $"{problem}, {hint} {Usage}"
            );
        }

        Terminal.WriteErrorLine($"{HelperName.Program}: {problem}{(hint is null ? "" : $"; hint: {hint}")}");
        return WithPointerToHelp(call);
    }

    private static int Refuse(ParseResult call)
    {
        foreach (ParseError error in call.Errors)
            Terminal.WriteErrorLine($"{HelperName.Program}: {OnOneLine(error.Message)}");
        HashSet<string> names = NamesIn(call.CommandResult.Command);
        IEnumerable<string> options = call
            .Tokens.Select(token => token.Value)
            .Where(word => word.StartsWith("--", StringComparison.Ordinal) && !names.Contains(word));
        foreach (string option in options)
        {
            if (NearNames.Suggest(option, names) is { } hint)
                Terminal.WriteErrorLine(hint);
        }
        return WithPointerToHelp(call);
    }

    /// <summary>The library's message repeats what was given, and lists what may be given line by line.</summary>
    private static string OnOneLine(string message) => string.Join(' ', message.Split('\n').Select(ForeignText.Clean));

    private static int WithPointerToHelp(ParseResult call)
    {
        Terminal.WriteErrorLine($"try: {string.Join(' ', [HelperName.Program, .. PathOf(call), "--help"])}");
        return Misused;
    }

    /// <summary>The commands and options that may follow a command.</summary>
    private static HashSet<string> NamesIn(Command command) =>
        [
            .. command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name),
            .. command.Options.Where(option => !option.Hidden).Select(option => option.Name),
        ];

    /// <summary>The commands that were recognised, outermost first, without the program.</summary>
    private static Stack<string> PathOf(ParseResult call)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = call.CommandResult; at?.Parent is not null; at = at.Parent)
        {
            if (at is CommandResult command)
                names.Push(command.Command.Name);
        }
        return names;
    }
}
