using System.CommandLine;
using System.CommandLine.Parsing;

namespace CredHelper.Cli;

/// <summary>What stands on the command line, before it is read as anything.</summary>
internal static class Text
{
    /// <summary>
    /// What was written for an option; null where it was not given. Its value is not to be had before it is known to be
    /// valid.
    /// </summary>
    public static string? Given(CommandResult call, Option option) =>
        call.GetResult(option)?.Tokens is [var token, ..] ? token.Value : null;
}
