using System.CommandLine;
using System.CommandLine.Parsing;
using CredHelper.Aws.Config;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Cli;

/// <summary>
/// Finds the verb or command for the given arguments and runs it. A failing verb of the helper protocol prints one line
/// to standard output and exits with 1, as other helpers do. Commands for users exit with 0 on success, 1 on failure or
/// refusal and 2 on wrong usage, and print only results to standard output.
/// </summary>
internal static class CommandLine
{
    private const int Misused = 2;

    private const string Usage =
        $"usage: {HelperName.Program} get|store|erase|list|version; all commands: {HelperName.Program} --help";

    public static int Run(string[] args)
    {
        // Under the kubelet's name every call is a credential request, except help and version.
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
        // A command group without a subcommand prints its help.
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
            // System.CommandLine prints help itself; it is collected here to pass through our output gate.
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

    /// <param name="call">The parsed command line.</param>
    /// <param name="unknown">The first word that is not a known command or option.</param>
    /// <param name="isWholeCall">True if it is the only argument: it may be a verb of a later protocol version, so the
    /// message goes to standard output, where a client reads it.</param>
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

    /// <summary>
    /// Joins an error message of System.CommandLine, which may span several lines, into one cleaned line.
    /// </summary>
    private static string OnOneLine(string message) => string.Join(' ', message.Split('\n').Select(ForeignText.Clean));

    private static int WithPointerToHelp(ParseResult call)
    {
        Terminal.WriteErrorLine($"try: {string.Join(' ', [HelperName.Program, .. PathOf(call), "--help"])}");
        return Misused;
    }

    /// <summary>The names of the visible subcommands and options of a command.</summary>
    private static HashSet<string> NamesIn(Command command) =>
        [
            .. command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name),
            .. command.Options.Where(option => !option.Hidden).Select(option => option.Name),
        ];

    /// <summary>The commands of the call from the outermost in, without the program itself.</summary>
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
