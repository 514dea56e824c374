using System.CommandLine;

namespace CredHelper.Cli;

/// <summary>
/// An empty value is what an unset variable of a script leaves (<c>--install-to "$DIR"</c>): a usage error, before
/// anything
/// is done, for every option and argument of a command and of those below it.
/// </summary>
internal static class EmptyValues
{
    public static T RefuseEmptyValues<T>(this T command)
        where T : Command
    {
        foreach (Option option in command.Options)
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                    result.AddError($"{option.Name} is given an empty value");
            });
        }
        foreach (Argument argument in command.Arguments)
        {
            argument.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                    result.AddError($"{argument.HelpName ?? argument.Name} is empty");
            });
        }
        foreach (Command below in command.Subcommands)
            below.RefuseEmptyValues();
        return command;
    }
}
