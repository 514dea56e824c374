using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary><c>--install-to</c>: copies this program to a directory of the PATH, mode 0755, in one step.</summary>
internal sealed class InstalledProgram : ISetupStep
{
    /// <summary>The existing program, with its undo record.</summary>
    private sealed record Replaced(byte[]? Before, UnixFileMode Mode, SetupRecord? Record);

    /// <summary>The mode of a program that every user may run.</summary>
    public const UnixFileMode Mode =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private readonly EnvironmentSnapshot _environment;
    private readonly SetupReport _report;
    private readonly EditableFile _file;
    private readonly byte[] _own;
    private Replaced? _replaced;

    /// <exception cref="HelperException">The directory does not exist, or the existing file cannot be read.</exception>
    public InstalledProgram(EnvironmentSnapshot environment, string directory, GivenCommand command, SetupReport report)
    {
        if (!Directory.Exists(directory))
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{directory} is not a directory",
                File.Exists(directory)
                    ? command.With("--install-to", "/usr/local/bin").ToString()
                    : $"mkdir -p {ShellWord.Quote(directory)} && {command}"
            );
        }

        _environment = environment;
        _report = report;
        _own = OwnProgram.Read();
        _file = EditableFile.Open(PathIn(directory));
    }

    public static string PathIn(string directory) =>
        Path.Combine(Path.GetFullPath(directory), HelperName.Program + (OperatingSystem.IsWindows() ? ".exe" : ""));

    public IEnumerable<string> Questions =>
        _file.Content is null || IsSame ? [] : [$"{_file.Path} is another program or version and would be replaced"];

    private bool IsThere => IsSame && (OperatingSystem.IsWindows() || (ModeOf(_file) & Mode) == Mode);

    private bool IsSame => _file.Content is { } present && present.AsSpan().SequenceEqual(_own);

    public void Check()
    {
        if (!IsThere)
            _file.RequireWritable();
    }

    public void Show()
    {
        if (!IsThere)
            _report.NoteChange($"{_file.Path}: would be installed, version {ProgramVersion.Full}");
    }

    public void Commit()
    {
        if (IsThere)
            return;
        _replaced = new Replaced(_file.Content, ModeOf(_file), SetupRecord.Find(_environment, _file.Target));
        new SetupRecord(_file.Target)
        {
            Existed = _file.Content is not null,
            Original = SetupRecord.Digest(_file.Content),
            Written = SetupRecord.Digest(_own),
        }.Save(_environment);
        _file.Replace(_own, Mode);
        _report.NoteChange($"{_file.Path}: installed, version {ProgramVersion.Full}");
    }

    public static UnixFileMode ModeOf(EditableFile file) => file.Mode ?? Mode;

    public IEnumerable<string> Revert()
    {
        if (_replaced is not { } replaced)
            return [];
        try
        {
            if (replaced.Before is not null)
                _file.Replace(replaced.Before, replaced.Mode);
            else if (_file.Content is not null)
                _file.Delete();
            if (replaced.Record is not null)
                replaced.Record.Save(_environment);
            else
                new SetupRecord(_file.Target).Delete(_environment);
            return [];
        }
        catch (Exception exception) when (exception is HelperException or ChangedMeanwhileException)
        {
            return [$"{_file.Path} has been installed already; setup --undo removes it"];
        }
    }

    /// <summary>Removes the installed program, unless a remaining file still names it.</summary>
    /// <param name="directory">The directory to remove it from, or null for all.</param>
    public static void Remove(EnvironmentSnapshot environment, string? directory, SetupMode mode, SetupReport report)
    {
        string[] paths = directory is null
            ?
            [
                .. SetupRecord
                    .All(environment)
                    // Records of the kubelet's providers are marked and undone separately.
                    .Where(record => record.Values.Count == 0)
                    .Select(record => record.Target)
                    .Where(target => Path.GetFileName(target) == Path.GetFileName(PathIn("/"))),
            ]
            : [PathIn(directory)];
        foreach (string path in paths)
            Remove(environment, EditableFile.Open(path), mode, report);
    }

    /// <summary>
    /// Removes the program if it is the one that setup installed. A program that it replaced is not restored.
    /// </summary>
    private static void Remove(EnvironmentSnapshot environment, EditableFile file, SetupMode mode, SetupReport report)
    {
        if (SetupRecord.Find(environment, file.Target) is not { } record)
            return;
        if (report.Left.Count > 0)
        {
            report.Note($"{file.Path} is kept, because it is still needed by {string.Join(", ", report.Left)}");
            return;
        }
        if (file.Content is not null && SetupRecord.Digest(file.Content) == record.Written && !record.Existed)
        {
            if (!mode.IsDryRun)
                Delete(file, report);
            report.NoteChange($"{file.Path}: {(mode.IsDryRun ? "would be removed" : "removed")}");
        }
        else if (file.Content is not null)
        {
            string reason = record.Existed
                ? "it replaced another program, which cannot be restored"
                : "it is not the program that setup installed";
            report.Note($"{file.Path} is kept: {reason}");
        }
        if (!mode.IsDryRun)
            record.Delete(environment);
    }

    /// <summary>Undo is often run by the very program that it removes.</summary>
    private static void Delete(EditableFile file, SetupReport report)
    {
        if (!OperatingSystem.IsWindows() || !SearchPath.AreSame(file.Target, Environment.ProcessPath))
        {
            file.Delete();
            return;
        }
        string place = WindowsFile.MoveAside(file.Target);
        report.Note($"the running program is now {place}; delete it when it has ended");
    }
}
