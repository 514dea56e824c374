using System.CommandLine;
using System.CommandLine.Parsing;

namespace CredHelper.CommandLine;

/// <summary>Checks of what options and arguments hold, so that a call that makes no sense ends as one.</summary>
internal static class Text
{
    /// <summary>Refuses an empty value: a variable that is unset in a script leaves one behind, and no path or name is empty.</summary>
    public static Option<string> NotEmpty(Option<string> option)
    {
        option.Validators.Add(result => Check(result, option.Name));
        return option;
    }

    /// <inheritdoc cref="NotEmpty(Option{string})"/>
    public static T NotEmpty<T>(T argument) where T : Argument
    {
        argument.Validators.Add(result => Check(result, argument.Name));
        return argument;
    }

    /// <summary>What was written for an option; null where it was not given. Its value is not to be had before it is known to be valid.</summary>
    public static string? Given(CommandResult call, Option option) => call.GetResult(option)?.Tokens is [var token, ..] ? token.Value : null;

    private static void Check(SymbolResult result, string name)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value))) result.AddError($"{name} is empty.");
    }
}
