using System.CommandLine;
using System.CommandLine.Parsing;

namespace CredHelper.Cli;

/// <summary>
/// Rules for the values of every option and argument. An unset variable in a script leaves an empty value
/// (<c>--install-to "$DIR"</c>), and an argument would accept a misspelt option. Both are usage errors, reported before
/// anything is done.
/// </summary>
internal static class ValueRules
{
    /// <summary>Applies the rules to a command and to all commands below it.</summary>
    public static void ApplyTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            option.Validators.Add(result =>
            {
                if (HasEmpty(result))
                    result.AddError($"{option.Name} has an empty value");
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
