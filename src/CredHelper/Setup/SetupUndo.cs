using System.Text;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// Undoes earlier setups of a user's files: it restores the original bytes if nothing else changed the file, and
/// otherwise removes exactly the values that setup added. Values that were changed since are kept.
/// </summary>
internal sealed class SetupUndo(EnvironmentSnapshot environment, SetupMode mode, SetupReport report)
{
    /// <summary>The planned undo of one file.</summary>
    /// <param name="Remaining">The values that stay in the record for a later undo.</param>
    /// <param name="Kept">The values that were changed since setup, and which are kept.</param>
    private sealed record FileUndo(
        SetupRecord Record,
        PlannedChange Change,
        IReadOnlyList<ChangedValue> Remaining,
        IReadOnlyList<string[]> Kept
    )
    {
        /// <summary>
        /// Whether the record is kept: the file still names this helper, and not all values were found in their places.
        /// </summary>
        public bool KeepsRecord { get; init; }
    }

    /// <param name="registry">The registry to undo, or null for all.</param>
    public void Run(IEnumerable<(string Path, FileFormat Format)> files, string? registry)
    {
        // Without a directory of records, setup has not changed anything.
        if (SetupRecord.DirectoryOf(environment) is not { } records || !Directory.Exists(records))
            return;
        using DirectoryLock guard = DirectoryLock.Take(records);
        foreach ((string path, FileFormat format) in files)
        {
            if (EditableFile.Retry(path, () => Run(path, format, registry)) is not { } undo)
                continue;
            report.Add(undo.Change);
            foreach (string[] kept in undo.Kept)
                report.Note($"{path}: {SetupReport.Name(kept)} was changed since setup wrote it, so it is kept");
            report.NoteUndone(undo.Record.Target);
            if (registry is null && NamesUs(undo.Change.After))
                report.Leave(path);
        }
    }

    /// <summary>Reports the files of other setups that still name this program.</summary>
    public void TellOfOthers()
    {
        foreach (SetupRecord record in SetupRecord.All(environment).Where(record => record.HasValues))
        {
            bool isRead = RegularFile.Read(record.Target, int.MaxValue, out byte[] content) == FileRead.Ok;
            if (isRead && NamesUs(content) && !report.IsUndone(record.Target))
                report.Leave(record.Target);
        }
    }

    private static bool NamesUs(byte[]? content) =>
        Encoding.UTF8.GetString(content ?? []).Contains(HelperName.Short, StringComparison.Ordinal);

    private static int CountOf(SetupRecord record, string? registry) =>
        record.Values.Count(value => !value.IsAround && (registry is null || value.Registry == registry));

    private FileUndo? Run(string path, FileFormat format, string? registry)
    {
        EditableFile file = EditableFile.Open(path);
        if (
            SetupRecord.Find(environment, file.Target) is not { } record
            || Plan(record, file, format, registry) is not { } undo
        )
        {
            return null;
        }

        if (!mode.IsDryRun)
            Commit(undo);
        return undo;
    }

    /// <returns>Null if setup changed nothing here.</returns>
    private static FileUndo? Plan(SetupRecord stored, EditableFile file, FileFormat format, string? registry)
    {
        // Setup deleted this file and another one has taken its place. The new file is kept, and so is the backup of
        // the old one.
        if (stored.Values.Count == 0 && file.Content is not null && !stored.IsUntouched(file.Content))
            return null;
        SetupRecord record = ForRunnersOf(file, format, stored);
        List<ChangedValue> selected =
        [
            .. record.Values.Where(value => !value.IsAround && (registry is null || value.Registry == registry)),
        ];
        if (selected.Count == 0 && registry is not null)
            return null;
        if (registry is null && record.IsUntouched(file.Content) && record.TryOriginal(out byte[]? original))
            return new FileUndo(record, new PlannedChange(file, format, original, Reversed(selected)), [], []);
        return file.Content is null
            ? new FileUndo(record, new PlannedChange(file, format, null, []), [], [])
            : ByValue(record, file, format, selected, CountOf(stored, registry));
    }

    private static SetupRecord ForRunnersOf(EditableFile file, FileFormat format, SetupRecord record) =>
        file.Content is { } content && record.Runners.Count > 0
            ? record.For(RunnerIdentity.Of(format.Parse(file.Path, content)))
            : record;

    private static FileUndo ByValue(
        SetupRecord record,
        EditableFile file,
        FileFormat format,
        List<ChangedValue> selected,
        int recorded
    )
    {
        IEditableText text = format.Parse(file.Path, file.Content!);
        var taken = new List<ChangedValue>();
        var kept = new List<string[]>();
        foreach (ChangedValue value in Reversed(selected))
        {
            string? current = text.Find(value.Path);
            if (text.IsSame(current, value.After))
                continue;
            if (!text.IsSame(current, value.Before))
            {
                kept.Add(value.Path);
                continue;
            }
            if (value.After is null)
                text.Remove(value.Path);
            else
                text.Put(value.After, value.Path);
            taken.Add(value);
        }
        foreach (ChangedValue around in record.Values.Where(value => value.IsAround).Reverse())
            text.RemoveIfEmpty(around.Path);
        byte[] after = text.ToBytes();
        List<ChangedValue> remaining = [.. record.Values.Except(selected)];
        ReadOnlySpan<byte> rest = after.AsSpan().Trim(" \t\r\n"u8);
        bool isEmpty = rest.IsEmpty || rest.SequenceEqual("{}"u8);
        bool goes = !record.Existed && isEmpty && remaining.TrueForAll(value => value.IsAround);
        return new FileUndo(record, new PlannedChange(file, format, goes ? null : after, taken), remaining, kept)
        {
            KeepsRecord = taken.Count + kept.Count < recorded && NamesUs(after),
        };
    }

    /// <summary>The changes that revert these ones, the last one first.</summary>
    private static List<ChangedValue> Reversed(IEnumerable<ChangedValue> values) =>
        [.. values.Reverse().Select(value => new ChangedValue(value.Path, value.After, value.Before, value.Registry))];

    /// <summary>Writes the file, then deletes or shortens the record.</summary>
    private void Commit(FileUndo undo)
    {
        SetupRecord record = undo.Record;
        EditableFile file = undo.Change.File;
        bool isUntouched = record.IsUntouched(file.Content);
        if (!undo.Change.IsNone)
        {
            if (undo.Change.After is not { } content)
                file.Delete();
            else if (file.Content is null && record.Mode is { } mode)
                file.Replace(content, mode);
            else
                file.Replace(content);
        }
        if (undo.KeepsRecord)
            return;
        if (undo.Remaining.Any(value => !value.IsAround))
        {
            (
                record with
                {
                    Values = undo.Remaining,
                    Written = SetupRecord.Digest(undo.Change.After),
                    IsExact = isUntouched,
                }
            ).Save(environment);
            return;
        }
        record.Delete(environment);
        record.DeleteBackup();
        if (record.MadeDirectory && Path.GetDirectoryName(file.Target) is { } directory)
            EditableFile.DeleteEmptyDirectory(directory);
    }
}
