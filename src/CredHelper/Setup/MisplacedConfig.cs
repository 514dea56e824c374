using System.Text;
using System.Text.Json;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// The classic mistake mended: what a docker config in the home of the user that jobs run as says is moved, with
/// consent, to where the manager reads; what stands there already counts. The file is read and taken away by a process
/// of its owner, with an undo record and a backup of that user's.
/// </summary>
internal sealed class MisplacedConfig : ISetupStep
{
    /// <summary>
    /// The hidden option of the process that hands the file over: prints it, takes it away (<c>--yes</c>) or brings it
    /// back (<c>--undo</c>).
    /// </summary>
    public const string HandOverOption = "--hand-over";

    private const int LongestFile = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _path,
        _target;
    private readonly Account _owner;
    private readonly SetupReport _report;
    private readonly JsonEdit _config;

    /// <exception cref="HelperException">It cannot be read, or not be taken away by the one whose file it
    /// is.</exception>
    private MisplacedConfig(string path, string target, SetupReport report)
    {
        (_path, _target, _report) = (path, target, report);
        _owner =
            OwnerOf(path)
            ?? throw new HelperException(
                FailureKind.Configuration,
                $"{path} is never read, and cannot be moved: it belongs to another user than its directory",
                $"move its settings to where the manager reads by hand, then: rm {ShellWord.Quote(path)}"
            );
        _config = JsonEdit.Parse(path, Encoding.UTF8.GetBytes(Ask(_owner, path, [])));
    }

    public IEnumerable<string> Questions => [];

    /// <summary>
    /// The file whose content is to be moved; null where there is none, or it stays where it is, which is then said.
    /// </summary>
    /// <exception cref="HelperException">It was agreed to, and is not possible.</exception>
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
                        $"{path} is never read: the manager reads {manager.DockerConfig}. Move what it says there?"
                    )
                )
            )
            {
                return lost;
            }

            report.Warn(
                $"{path} is never read: the manager reads {manager.DockerConfig}; hint: "
                    + $"{mode.Command.With("--yes")} (which moves its settings there)"
            );
        }
        catch (HelperException exception) when (!mode.IsSure)
        {
            report.Warn(exception.MessageAndHint);
        }
        return null;
    }

    /// <summary>What it says and the manager's file does not, each value as it stands here.</summary>
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

    /// <summary>The helper that it names for every registry.</summary>
    public string? Store => JsonEdit.Unquote(_config.Find("credsStore"));

    /// <summary>Nothing more: its owner's process has looked already whether it can go.</summary>
    public void Check() { }

    public void Show() => _report.NoteChange($"{_path}: would be moved to {_target}, which the manager reads");

    public void Commit()
    {
        Ask(_owner, _path, ["--yes"]);
        _report.NoteChange($"{_path}: moved to {_target}, which the manager reads");
    }

    /// <summary>Nothing to take back: it is the last step, and one that fails leaves the file where it is.</summary>
    public IEnumerable<string> Revert() => [];

    /// <summary>Brings it back to where a setup took it from.</summary>
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

    /// <summary>The owner's side. A link, or a file of another user, is none.</summary>
    public static int HandOver(string path, SetupMode mode, bool isUndo)
    {
        var report = new SetupReport(mode);
        EnvironmentSnapshot environment = EnvironmentSnapshot.Take();
        if (isUndo)
        {
            new SetupUndo(environment, mode, report).Run([(path, FileFormat.Json)], null);
            if (!mode.IsDryRun && File.Exists(path) && File.Exists(SetupRecord.BackupPath(path)))
                report.Note($"{path} is there again; the one that was moved stays as {SetupRecord.BackupPath(path)}");
            report.Print("");
            return 0;
        }
        if (RegularFile.Read(path, LongestFile, out byte[] content, own: true) != FileRead.Ok)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{path} is never read, and cannot be moved: it cannot be read as a file of its owner",
                $"move its settings to where the manager reads by hand, then: rm {ShellWord.Quote(path)}"
            );
        }

        EditableFile.Open(path).RequireWritable();
        if (mode.IsSure)
            new SetupTransaction(environment, [PlannedChange.Deletion(path, FileFormat.Json)], report).Commit();
        else
            StandardStreams.WriteOutput(content);
        return 0;
    }

    /// <summary>Only who owns both the file and its directory may be asked to give it away.</summary>
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
