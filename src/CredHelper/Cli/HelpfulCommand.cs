using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace CredHelper.Cli;

/// <summary>A command whose help ends with examples. In the list of its parent only the description is shown.</summary>
internal sealed class HelpfulCommand : Command
{
    private const string Mark = "\n\nExample";

    /// <summary>The examples with their title, or null.</summary>
    public string? Examples { get; }

    /// <param name="name">The name on the command line.</param>
    /// <param name="text">The description, then after an empty line a paragraph that begins with
    /// <c>Example</c>.</param>
    public HelpfulCommand(string name, string text)
        : base(name, text.Replace("\r\n", "\n", StringComparison.Ordinal).Split(Mark)[0])
    {
        string[] parts = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split(Mark, 2);
        Examples = parts.Length == 2 ? "Example" + parts[1] : null;
    }

    /// <summary>Makes the help option of the root command print the examples of the requested command.</summary>
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
        /// <summary>Help is printed even if a required argument is missing.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = inner.Invoke(parseResult);
            string? examples = parseResult.CommandResult.Command is HelpfulCommand command
                ? command.Examples
                : ownExamples;
            if (examples is not null)
                parseResult.InvocationConfiguration.Output.WriteLine(examples);
            return code;
        }
    }
}
