using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// This very program among the kubelet's credential providers, under the name that the configuration has. What stood
/// there before is kept beside it and comes back with an undo.
/// </summary>
internal sealed class ProviderProgram(EnvironmentSnapshot environment, string path, SetupReport report) : ISetupStep
{
    /// <summary>Marks its record, so that the undo of a client leaves it alone.</summary>
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
        // The program of before the first setup stays the one that an undo brings back.
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
            return [$"{_file.Path} is installed already and stays so until setup --undo"];
        }
    }

    /// <summary>Puts back what stood there before, unless somebody has replaced it since.</summary>
    public static void Remove(EnvironmentSnapshot environment, string path, SetupMode mode, SetupReport report)
    {
        EditableFile file = EditableFile.Open(path);
        if (SetupRecord.Find(environment, file.Target) is not { } record)
            return;
        if (report.Left.Count > 0)
        {
            report.Note($"{path} stays, since it is needed by {string.Join(", ", report.Left)}");
            return;
        }
        bool isOurs = file.Content is not null && SetupRecord.Digest(file.Content) == record.Written;
        bool isBackThere = record.TryOriginal(out byte[]? original);
        if (isOurs && isBackThere)
        {
            string done = original is null ? "removed" : "replaced by the program of before";
            report.NoteChange($"{path}: {(mode.IsDryRun ? $"would be {done}" : done)}");
            if (!mode.IsDryRun)
                Replace(file, original);
        }
        else
        {
            string why = isOurs ? "the program of before is gone" : "it is not the one that setup installed";
            report.Note($"{path} stays: {why}");
        }
        if (!mode.IsDryRun)
            Forget(environment, record, isRestored: isOurs && isBackThere);
    }

    private static void Forget(EnvironmentSnapshot environment, SetupRecord record, bool isRestored)
    {
        record.Delete(environment);
        // What was not put back stays where it can be found.
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
