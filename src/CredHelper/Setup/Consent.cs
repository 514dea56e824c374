using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// Asks before something of a person's goes or is replaced; without a terminal only <c>--yes</c> answers.
/// </summary>
internal static class Consent
{
    /// <exception cref="HelperException">There is nobody to ask, or the answer is no.</exception>
    public static void Require(IReadOnlyList<string> questions, SetupMode mode)
    {
        if (questions.Count == 0 || mode.IsSure)
            return;
        if (!IsTerminal)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{string.Join("; ", questions)}; nothing was changed",
                $"{mode.Command.With("--yes")} (with --dry-run it shows the changes)"
            );
        }

        foreach (string question in questions)
            Terminal.WriteErrorLine(question);
        if (!Ask("Go on?"))
            throw new HelperException(FailureKind.Configuration, "nothing was changed, as you said");
    }

    public static bool IsTerminal => TerminalStyle.CanAsk;

    /// <summary>Anything but yes is no.</summary>
    public static bool Ask(string question)
    {
        Terminal.WriteError($"{question} [y/N] ");
        return Terminal.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
