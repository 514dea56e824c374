using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>Prompts before settings are removed or replaced. Without a terminal, <c>--yes</c> is required.</summary>
internal static class Consent
{
    /// <exception cref="HelperException">There is no terminal, or the user declined.</exception>
    public static void Require(IReadOnlyList<string> questions, SetupMode mode)
    {
        if (questions.Count == 0 || mode.IsSure)
            return;
        if (!IsTerminal)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{string.Join("; ", questions)}; nothing was changed",
                $"{mode.Command.With("--yes")} (or --dry-run to see the changes)"
            );
        }

        foreach (string question in questions)
            Terminal.WriteErrorLine(question);
        if (!Ask("Continue?"))
            throw new HelperException(FailureKind.Configuration, "aborted; no changes made");
    }

    public static bool IsTerminal => TerminalStyle.CanAsk;

    /// <summary>Anything but yes counts as no.</summary>
    public static bool Ask(string question)
    {
        Terminal.WriteError($"{question} [y/N] ");
        return Terminal.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
