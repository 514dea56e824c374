using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Cli;

/// <summary>
/// The commands for people, beside the verbs for docker. Exit codes: 0 done, 1 failed or refused, 2 a call that makes
/// no
/// sense.
/// </summary>
internal static class Commands
{
    private const int Misused = 2;

    /// <summary>A function each, so that a call builds the one command it names.</summary>
    private static readonly Dictionary<string, Func<Command>> All = new(StringComparer.Ordinal)
    {
        [ExplainCommand.Name] = ExplainCommand.Create,
        [DoctorCommand.Name] = DoctorCommand.Create,
        [CacheCommand.Name] = CacheCommand.Create,
        [SetupCommand.Name] = SetupCommand.Create,
        [ExportCommand.Name] = ExportCommand.Create,
        [KubeletCommand.Name] = KubeletCommand.Create,
        [CompletionCommand.Name] = CompletionCommand.Create,
    };

    /// <summary>How a completion script asks for what may follow.</summary>
    private const string SuggestPrefix = "[suggest";

    public static bool Has(string name) =>
        All.ContainsKey(name) || name.StartsWith(SuggestPrefix, StringComparison.Ordinal);

    public static int Run(string[] args)
    {
        var root = new RootCommand($"{HelperName.Program}: sign in to Amazon ECR");
        foreach (string name in All.Keys.Where(name => name == args[0] || !All.ContainsKey(args[0])))
            root.Add(All[name]().RefuseEmptyValues());
        HelpfulCommand.AddTo(root);
        if (args is [var directive, var line] && directive.StartsWith(SuggestPrefix, StringComparison.Ordinal))
            return Suggest(root, directive[SuggestPrefix.Length..].Trim(':', ']'), line);
        ParseResult call = root.Parse(args);
        // A group of commands by itself: the same as asking for its help.
        if (call.CommandResult.Command is { Action: null } && call.UnmatchedTokens.Count == 0)
            call = root.Parse([.. args, "--help"]);
        if (call.Errors.Count > 0)
        {
            foreach (var error in call.Errors)
                Terminal.WriteErrorLine($"{HelperName.Program}: {error.Message}");
            Terminal.WriteErrorLine($"try: {HelperName.Program} {CommandPath(call)} --help");
            return Misused;
        }
        try
        {
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
            // These are read by people, not by docker: standard output is for results alone.
            FailureLine.Of(args[0], exception).WriteToError();
            return exception.Kind == FailureKind.Usage ? Misused : 1;
        }
    }

    /// <summary>
    /// What may stand where the cursor is, for a shell that asks with the whole line, the program in front.
    /// </summary>
    private static int Suggest(RootCommand root, string position, string line)
    {
        int start = line.IndexOf(' ') + 1;
        if (start == 0 || !int.TryParse(position, System.Globalization.CultureInfo.InvariantCulture, out int cursor))
            return Misused;
        string rest = line[start..Math.Clamp(cursor, start, line.Length)];
        int blank = rest.IndexOf(' ', StringComparison.Ordinal);
        // The verbs are no commands of the library's, and nothing follows them.
        if (blank > 0 && Verbs.OfDocker.Contains(rest[..blank]))
            return 0;
        IEnumerable<string> words = root.Parse(rest).GetCompletions(rest.Length).Select(item => item.Label);
        string begun = rest[(rest.LastIndexOfAny([' ', '=']) + 1)..];
        foreach (
            string word in (blank < 0 ? words.Concat(Verbs.OfDocker) : words)
                .Where(word => word.StartsWith(begun, StringComparison.Ordinal))
                .Distinct()
        )
            Terminal.Write(word + "\n");
        return 0;
    }

    /// <summary>The commands that were recognised, outermost first, without the program.</summary>
    private static string CommandPath(ParseResult call)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = call.CommandResult; at?.Parent is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult command)
                names.Insert(0, command.Command.Name);
        }
        return string.Join(' ', names);
    }
}
