using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// Installs this program as one of the kubelet's credential providers, under the name in the configuration. The program
/// that it replaces is kept as a backup and restored by an undo.
/// </summary>
internal sealed class ProviderProgram(EnvironmentSnapshot environment, string path, SetupReport report) : ISetupStep
{
    /// <summary>Marks the record, so that the undo of a client setup ignores it.</summary>
    private static readonly ChangedValue Marker = new(["kubelet"], null, "", null, IsAround: true);

    private UnixFileMode _modeBefore;
    private readonly byte[] _own = OwnProgram.Read();
    private readonly EditableFile _file = EditableFile.Open(path);
    private byte[]? _before;
    private bool _isDone;

    public IEnumerable<string> Questions =>
        _file.Content is null || IsSame ? [] : [$"{_file.Path} is another program or version and would be replaced"];

    private bool IsSame => _file.Content is { } present && present.AsSpan().SequenceEqual(_own);

    private bool IsThere => IsSame && (InstalledProgram.ModeOf(_file) & InstalledProgram.Mode) == InstalledProgram.Mode;

    public void Check()
    {
        if (IsThere)
            return;
        _file.RequireWritable();
        SetupRecord.RequireWritable(environment);
    }

    public void Show()
    {
        if (!IsThere)
            report.NoteChange($"{_file.Path}: would be installed, version {ProgramVersion.Full}");
    }

    public void Commit()
    {
        if (IsThere)
            return;
        (_before, _modeBefore) = (_file.Content, InstalledProgram.ModeOf(_file));
        // The backup stays the program from before the first setup.
        SetupRecord? earlier = SetupRecord.Find(environment, _file.Target);
        if (earlier is null && _before is not null)
            SetupRecord.OpenBackup(_file.Target).Replace(_before, _modeBefore);
        ((earlier ?? FirstRecord()) with { Written = SetupRecord.Digest(_own) }).Save(environment);
        if (!Directory.Exists(Path.GetDirectoryName(_file.Target)) && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path.GetDirectoryName(_file.Target)!, InstalledProgram.Mode);
        _isDone = true;
        _file.Replace(_own, InstalledProgram.Mode);
        report.NoteChange($"{_file.Path}: installed, version {ProgramVersion.Full}");
    }

    public IEnumerable<string> Revert()
    {
        if (!_isDone)
            return [];
        try
        {
            if (_before is not null)
                _file.Replace(_before, _modeBefore);
            else if (_file.Content is not null)
                _file.Delete();
            SetupRecord? record = SetupRecord.Find(environment, _file.Target);
            record?.Delete(environment);
            record?.DeleteBackup();
            return [];
        }
        catch (Exception exception) when (exception is HelperException or ChangedMeanwhileException)
        {
            return [$"{_file.Path} has been installed already; setup --undo reverts it"];
        }
    }

    /// <summary>Restores the program from before, unless another one has replaced ours since.</summary>
    public static void Remove(EnvironmentSnapshot environment, string path, SetupMode mode, SetupReport report)
    {
        EditableFile file = EditableFile.Open(path);
        if (SetupRecord.Find(environment, file.Target) is not { } record)
            return;
        if (report.Left.Count > 0)
        {
            report.Note($"{path} is kept, because it is still needed by {string.Join(", ", report.Left)}");
            return;
        }
        bool isOurs = file.Content is not null && SetupRecord.Digest(file.Content) == record.Written;
        bool isBackThere = record.TryOriginal(out byte[]? original);
        if (isOurs && isBackThere)
        {
            string done = original is null ? "removed" : "replaced by the previous program";
            report.NoteChange($"{path}: {(mode.IsDryRun ? $"would be {done}" : done)}");
            if (!mode.IsDryRun)
                Replace(file, original);
        }
        else
        {
            string why = isOurs
                ? "the backup of the previous program is missing"
                : "it is not the program that setup installed";
            report.Note($"{path} is kept: {why}");
        }
        if (!mode.IsDryRun)
            Forget(environment, record, isRestored: isOurs && isBackThere);
    }

    private static void Forget(EnvironmentSnapshot environment, SetupRecord record, bool isRestored)
    {
        record.Delete(environment);
        // A backup that was not restored is kept.
        if (isRestored)
            record.DeleteBackup();
        if (record.MadeDirectory)
            EditableFile.DeleteEmptyDirectory(Path.GetDirectoryName(record.Target)!);
    }

    private static void Replace(EditableFile file, byte[]? original)
    {
        if (original is null)
            file.Delete();
        else
            file.Replace(original, InstalledProgram.ModeOf(SetupRecord.OpenBackup(file.Target)));
    }

    private SetupRecord FirstRecord() =>
        new(_file.Target)
        {
            Existed = _before is not null,
            Original = SetupRecord.Digest(_before),
            MadeDirectory = !Directory.Exists(Path.GetDirectoryName(_file.Target)),
            Values = [Marker],
        };
}
