using System.CommandLine;
using System.CommandLine.Parsing;

namespace CredHelper.Cli;

/// <summary>
/// What no option and no argument of any command may be. An empty value is what an unset variable of a script leaves
/// (<c>--install-to "$DIR"</c>), and an argument that takes any word would swallow a misspelt option: both are usage
/// errors, before anything is done.
/// </summary>
internal static class ValueRules
{
    /// <summary>Makes them rules of a command and of those below it.</summary>
    public static void ApplyTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            option.Validators.Add(result =>
            {
                if (HasEmpty(result))
                    result.AddError($"{option.Name} is given an empty value");
            });
        }
        foreach (Argument argument in command.Arguments)
        {
            argument.Validators.Add(result =>
            {
                if (HasEmpty(result))
                    result.AddError($"{argument.HelpName ?? argument.Name} is empty");
                foreach (Token token in result.Tokens.Where(LooksLikeOption))
                    result.AddError($"Unrecognized option '{token.Value}'.");
            });
        }
        foreach (Command below in command.Subcommands)
            ApplyTo(below);
    }

    private static bool HasEmpty(SymbolResult result) =>
        result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value));

    public static bool LooksLikeOption(Token token) => token.Value.StartsWith('-');
}
