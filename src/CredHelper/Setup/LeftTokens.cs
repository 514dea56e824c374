using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// The cached tokens after an undo. They stay valid until they expire, at most 12 hours after they were issued. So the
/// undo of a whole setup offers to remove them on a terminal, and otherwise prints the command that does.
/// </summary>
internal static class LeftTokens
{
    /// <param name="environment">The environment of the user whose setup was undone.</param>
    public static void Offer(EnvironmentSnapshot environment, SetupMode mode, SetupReport report)
    {
        if (TokenCache.OpenExisting(environment) is not { } cache)
            return;
        int count = cache.Entries().Count();
        if (count == 0)
            return;
        bool isOne = count == 1;
        string tokens = isOne ? "1 cached token" : $"{count} cached tokens";
        if (MayRemove(tokens, mode))
        {
            _ = cache.Clear(registry: null);
            report.NoteChange($"{cache.Directory}: {tokens} removed");
            return;
        }
        // The command is rm, because the program itself may have been removed already.
        string command = $"rm -r {ShellWord.Quote(cache.Directory)}";
        if (mode.Command.RunsAsRoot)
            command = mode.Command.AsRoot(command);
        report.Note(
            $"{cache.Directory} still has {tokens}, valid until {(isOne ? "it expires" : "they expire")}; to remove "
                + $"{(isOne ? "it" : "them")}: {command}"
        );
    }

    private static bool MayRemove(string tokens, SetupMode mode)
    {
        if (mode.IsDryRun)
            return false;
        return mode.IsSure || (!mode.AsJson && Consent.IsTerminal && Consent.Ask($"Remove {tokens}?"));
    }
}
