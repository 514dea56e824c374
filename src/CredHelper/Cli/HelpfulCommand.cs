using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CredHelper.Cli;

/// <summary>
/// A command whose help ends with examples; the list of commands above it shows the description alone.
/// </summary>
internal sealed class HelpfulCommand : Command
{
    private const string Mark = "\n\nExample";

    private readonly string? _examples;

    /// <param name="name">The word on the command line.</param>
    /// <param name="text">The description, and below a blank line a paragraph that begins with <c>Example</c>.</param>
    public HelpfulCommand(string name, string text)
        : base(name, text.Replace("\r\n", "\n", StringComparison.Ordinal).Split(Mark)[0])
    {
        string[] parts = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split(Mark, 2);
        _examples = parts.Length == 2 ? "Example" + parts[1] : null;
    }

    /// <summary>Has the help option of a root command print examples: those of the command, or its own.</summary>
    public static void AddTo(RootCommand root, string ownExamples)
    {
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction action } help)
                help.Action = new WithExamples(action, ownExamples);
        }
    }

    private sealed class WithExamples(HelpAction inner, string ownExamples) : SynchronousCommandLineAction
    {
        /// <summary>Who asks for help is not told that an argument is missing.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = inner.Invoke(parseResult);
            string? examples = parseResult.CommandResult.Command is HelpfulCommand command
                ? command._examples
                : ownExamples;
            if (examples is not null)
                parseResult.InvocationConfiguration.Output.WriteLine(examples);
            return code;
        }
    }
}
