using System.Text.Json;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// Runs this program again as the manager's user and in the manager's environment, because only that user may write to
/// that home directory.
/// </summary>
internal sealed class ManagerChild(
    RunnerManager manager,
    SetupMode mode,
    SetupReport report,
    IReadOnlyList<string> arguments
) : ISetupStep
{
    /// <summary>The hidden option of the child process, which runs as the manager's user.</summary>
    public const string AsManagerOption = "--as-manager";

    /// <summary>
    /// The hidden option that makes the child check, without a change, whether everything can be done.
    /// </summary>
    public const string RehearseOption = "--rehearse";

    /// <summary>
    /// The hidden option that passes one word of the original command, which the child's hints print.
    /// </summary>
    public const string GivenOption = "--given";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private bool _isCommitted;

    /// <summary>The child has no terminal, so it requires <c>--yes</c> itself.</summary>
    public IEnumerable<string> Questions => [];

    public void Check() => Run(["--dry-run", RehearseOption]).Dispose();

    public void Show() => Commit();

    public void Commit()
    {
        using JsonDocument document = Run(mode.IsDryRun ? ["--dry-run"] : []);
        report.Add(document.RootElement);
        _isCommitted = true;
    }

    /// <summary>A child that fails reverts its own work; the work of a child that succeeded stays.</summary>
    public IEnumerable<string> Revert() =>
        _isCommitted
            ? [$"the files of {manager.Account.Value.Name} have been written already; setup --undo reverts them"]
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
        // A child whose closing check fails still prints its report; one that refuses prints nothing.
        return result.ExitCode == 0 || result.Output.Length > 0
            ? JsonDocument.Parse(result.Output)
            : throw new HelperException(
                FailureKind.Configuration,
                $"as {account.Name}: {OwnWords.Of(result, "setup")}"
            );
    }
}
