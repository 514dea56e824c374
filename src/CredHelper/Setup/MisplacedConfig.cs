using System.Text;
using System.Text.Json;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// Corrects a common mistake: a docker configuration in the home directory of the user that jobs run as, which the
/// runner manager never reads. With consent, its settings move to the file that the manager reads; existing settings
/// there are kept. A process of the file's owner reads and removes it, with an undo record and a backup of that user.
/// </summary>
internal sealed class MisplacedConfig : ISetupStep
{
    /// <summary>
    /// The hidden option of the process that hands over the file: it prints the file, removes it (<c>--yes</c>) or
    /// restores it (<c>--undo</c>).
    /// </summary>
    public const string HandOverOption = "--hand-over";

    private const int LongestFile = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _path,
        _target;
    private readonly Account _owner;
    private readonly SetupReport _report;
    private readonly JsonEdit _config;

    /// <exception cref="HelperException">It cannot be read, or its owner may not remove it.</exception>
    private MisplacedConfig(string path, string target, SetupReport report)
    {
        (_path, _target, _report) = (path, target, report);
        _owner =
            OwnerOf(path)
            ?? throw new HelperException(
                FailureKind.Configuration,
                $"{path} is never read and cannot be moved: it and its directory have different owners",
                "move its settings by hand to the file that the runner manager reads, then run: rm "
                    + ShellWord.Quote(path)
            );
        _config = JsonEdit.Parse(path, Encoding.UTF8.GetBytes(Ask(_owner, path, [])));
    }

    public IEnumerable<string> Questions => [];

    /// <summary>
    /// The file whose content is moved; null if there is none, or if it stays, which is then reported.
    /// </summary>
    /// <exception cref="HelperException">The user agreed to move it, and that is not possible.</exception>
    public static MisplacedConfig? Offer(string path, RunnerManager manager, SetupMode mode, SetupReport report)
    {
        try
        {
            MisplacedConfig lost = new MisplacedConfig(path, manager.DockerConfig, report);
            if (
                mode.IsSure
                || (
                    !mode.IsDryRun
                    && Consent.IsTerminal
                    && Consent.Ask(
                        $"{path} is never read: the runner manager reads {manager.DockerConfig}. Move its settings "
                            + "there?"
                    )
                )
            )
            {
                return lost;
            }

            report.Warn(
                $"{path} is never read: the runner manager reads {manager.DockerConfig}; hint: "
                    + $"{mode.Command.With("--yes")} (moves its settings there)"
            );
        }
        catch (HelperException exception) when (!mode.IsSure)
        {
            report.Warn(exception.MessageAndHint);
        }
        return null;
    }

    /// <summary>The settings that are missing from the manager's file, each with its value.</summary>
    public IEnumerable<DesiredValue> MissingIn(JsonEdit config)
    {
        foreach (string name in _config.Names())
        {
            string[][] paths = _config.Names(name) is { Count: > 0 } below
                ? [.. below.Select(inner => (string[])[name, inner])]
                :
                [
                    [name],
                ];
            foreach (string[] path in paths)
            {
                if (_config.Find(path) is { } value && value != "{}" && config.Find(path) is null)
                    yield return new DesiredValue(path, value);
            }
        }
    }

    /// <summary>The credential store that it names.</summary>
    public string? Store => JsonEdit.Unquote(_config.Find("credsStore"));

    /// <summary>Nothing to do: the process of the owner has already checked that the file can be removed.</summary>
    public void Check() { }

    public void Show() => _report.NoteChange($"{_path}: would be moved to {_target}, which the runner manager reads");

    public void Commit()
    {
        Ask(_owner, _path, ["--yes"]);
        _report.NoteChange($"{_path}: moved to {_target}, which the runner manager reads");
    }

    /// <summary>Nothing to revert: this is the last step, and if it fails the file is still there.</summary>
    public IEnumerable<string> Revert() => [];

    /// <summary>Restores a file that an earlier setup moved.</summary>
    public static void PutBack(string path, SetupMode mode, SetupReport report)
    {
        if (
            FileStatus.Of(SetupRecord.BackupPath(path)) is not { } backup
            || Account.OfUid(backup.UserId) is var owner && !AsUser.Allows(owner)
        )
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(
            Ask(owner, path, ["--undo", "--json", .. mode.IsDryRun ? ["--dry-run"] : (string[])[]])
        );
        report.Add(document.RootElement);
    }

    /// <summary>The part that runs as the owner. A link, or a file of another user, is refused.</summary>
    public static int HandOver(string path, SetupMode mode, bool isUndo)
    {
        var report = new SetupReport(mode);
        EnvironmentSnapshot environment = EnvironmentSnapshot.Take();
        if (isUndo)
        {
            new SetupUndo(environment, mode, report).Run([(path, FileFormat.Json)], null);
            if (!mode.IsDryRun && File.Exists(path) && File.Exists(SetupRecord.BackupPath(path)))
                report.Note($"{path} exists again; the file that was moved is kept as {SetupRecord.BackupPath(path)}");
            report.Print("");
            return 0;
        }
        if (RegularFile.Read(path, LongestFile, out byte[] content, own: true) != FileRead.Ok)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{path} is never read and cannot be moved: it is not a regular file of its owner",
                "move its settings by hand to the file that the runner manager reads, then run: rm "
                    + ShellWord.Quote(path)
            );
        }

        EditableFile.Open(path).RequireWritable();
        if (mode.IsSure)
            new SetupTransaction(environment, [PlannedChange.Deletion(path, FileFormat.Json)], report).Commit();
        else
            StandardStreams.WriteOutput(content);
        return 0;
    }

    /// <summary>The owner of the file, or null unless the same user owns its directory.</summary>
    private static Account? OwnerOf(string path) =>
        FileStatus.OfLink(path)?.UserId is { } uid
        && FileStatus.Of(Path.GetDirectoryName(path)!)?.UserId == uid
        && Account.OfUid(uid) is var owner
        && AsUser.Allows(owner)
            ? owner
            : null;

    private static string Ask(Account owner, string path, string[] more)
    {
        ChildResult result = AsUser.Run(
            owner,
            owner.CleanEnvironment(),
            ["setup", "gitlab-runner", HandOverOption, path, .. more],
            "",
            Patience
        );
        return result.ExitCode == 0
            ? result.Output
            : throw new HelperException(FailureKind.Configuration, OwnWords.Of(result, "setup"));
    }
}
