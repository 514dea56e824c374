using System.Text.Json;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// The home of another user is that user's to write: this program again, as the manager's user and in its environment.
/// </summary>
internal sealed class ManagerChild(
    RunnerManager manager,
    SetupMode mode,
    SetupReport report,
    IReadOnlyList<string> arguments
) : ISetupStep
{
    /// <summary>The hidden option of that child: who runs it is the manager's user, with its environment.</summary>
    public const string AsManagerOption = "--as-manager";

    /// <summary>Its hidden option that has it find out whether all of it could be done.</summary>
    public const string RehearseOption = "--rehearse";

    /// <summary>
    /// Its hidden option for each word of the command that it works for, which its remedies print.
    /// </summary>
    public const string GivenOption = "--given";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private bool _isCommitted;

    /// <summary>The child has no terminal: it wants <c>--yes</c> by itself.</summary>
    public IEnumerable<string> Questions => [];

    public void Check() => Run(["--dry-run", RehearseOption]).Dispose();

    public void Show() => Commit();

    public void Commit()
    {
        using JsonDocument document = Run(mode.IsDryRun ? ["--dry-run"] : []);
        report.Add(document.RootElement);
        _isCommitted = true;
    }

    /// <summary>A child that fails has reverted its own work; the work of one that succeeded stays.</summary>
    public IEnumerable<string> Revert() =>
        _isCommitted
            ? [$"the files of {manager.Account.Value.Name} are written already and stay so until setup --undo"]
            : [];

    private JsonDocument Run(string[] more)
    {
        Account account = manager.Account.Value;
        string[] command =
        [
            "setup",
            "gitlab-runner",
            "--json",
            AsManagerOption,
            "--runner-home",
            manager.Home.Value,
            .. mode.Command.Words.Select(word => $"{GivenOption}={word}"),
            .. arguments,
            .. more,
        ];
        report.Progress.Show($"checking as {account.Name}");
        ChildResult result = AsUser.Run(account, manager.Environment.Value, command, "", Patience);
        report.Progress.Show(null);
        // A child whose closing check fails has done its work and reports it; one that refuses prints nothing.
        return result.ExitCode == 0 || result.Output.Length > 0
            ? JsonDocument.Parse(result.Output)
            : throw new HelperException(
                FailureKind.Configuration,
                $"as {account.Name}: {OwnWords.Of(result, "setup")}"
            );
    }
}
