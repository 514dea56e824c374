using System.CommandLine;
using System.CommandLine.Parsing;

namespace CredHelper.Cli;

/// <summary>Reads the command line as it was typed, before values are validated.</summary>
internal static class Text
{
    /// <summary>
    /// The text given for an option, or null if the option is absent. The parsed value cannot be read before it is
    /// validated.
    /// </summary>
    public static string? Given(CommandResult call, Option option) =>
        call.GetResult(option)?.Tokens is [var token, ..] ? token.Value : null;
}
