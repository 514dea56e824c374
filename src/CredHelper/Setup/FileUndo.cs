using CredHelper.Editing;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// Takes back what setup did to one file: its first bytes where nobody else wrote it since, else value by value exactly
/// what
/// was added, and nothing that a person changed.
/// </summary>
internal sealed class FileUndo
{
    private readonly SetupRecord _record;
    private readonly IReadOnlyList<ChangedValue> _remaining;

    private FileUndo(
        SetupRecord record,
        FileChange change,
        IReadOnlyList<ChangedValue> remaining,
        IReadOnlyList<string[]> kept
    )
    {
        _record = record;
        _remaining = remaining;
        Change = change;
        Kept = kept;
    }

    public FileChange Change { get; }

    /// <summary>What somebody changed since, which therefore stays.</summary>
    public IReadOnlyList<string[]> Kept { get; }

    /// <param name="registry">The one to take back; null for all.</param>
    /// <returns>Null where setup did nothing here.</returns>
    public static FileUndo? Of(EnvironmentSnapshot environment, string path, FileFormat format, string? registry)
    {
        EditableFile file = EditableFile.Open(path);
        if (SetupRecord.Find(environment, file.Target) is not { } record)
            return null;
        List<ChangedValue> selected =
        [
            .. record.Values.Where(value => !value.IsAround && (registry is null || value.Registry == registry)),
        ];
        if (selected.Count == 0 && registry is not null)
            return null;
        List<ChangedValue> taken =
        [
            .. selected
                .Select(value => new ChangedValue(value.Path, value.After, value.Before, value.Registry))
                .Reverse(),
        ];
        if (registry is null && IsUntouched(record, file.Content) && TryOriginal(record, out byte[]? original))
            return new FileUndo(record, new FileChange(file, original, taken, []), [], []);
        // A file that was taken away whole, and by now another in its place: that one stays, and so does the first, in
        // its backup.
        if (selected.Count == 0 && file.Content is not null)
            return null;
        return file.Content is null
            ? new FileUndo(record, new FileChange(file, null, [], []), [], [])
            : ByValue(record, file, format, selected);
    }

    /// <summary>Writes the file, then forgets or shortens the record.</summary>
    public void Commit(EnvironmentSnapshot environment)
    {
        EditableFile file = Change.File;
        bool wasWritten = IsUntouched(_record, file.Content);
        if (!Change.IsNone)
        {
            if (Change.After is null)
                file.Delete();
            else
                file.Replace(Change.After);
        }
        if (_remaining.Any(value => !value.IsAround))
        {
            (
                _record with
                {
                    Values = _remaining,
                    Written = SetupRecord.Digest(Change.After),
                    IsExact = _record.IsExact && wasWritten,
                }
            ).Save(environment);
            return;
        }
        _record.Delete(environment);
        DeleteBackup();
        if (_record.MadeDirectory && Path.GetDirectoryName(file.Target) is { } directory)
            SetupRecord.DeleteEmpty(directory);
    }

    private static FileUndo ByValue(
        SetupRecord record,
        EditableFile file,
        FileFormat format,
        List<ChangedValue> selected
    )
    {
        IEditableText text = format.Parse(file.Path, file.Content!);
        var taken = new List<ChangedValue>();
        var kept = new List<string[]>();
        foreach (ChangedValue value in Enumerable.Reverse(selected))
        {
            string? current = text.Find(value.Path);
            if (text.IsSame(current, value.Before))
                continue;
            if (!text.IsSame(current, value.After))
            {
                kept.Add(value.Path);
                continue;
            }
            if (value.Before is null)
                text.Remove(value.Path);
            else
                text.Put(value.Before, value.Path);
            taken.Add(new ChangedValue(value.Path, value.After, value.Before, value.Registry));
        }
        foreach (ChangedValue around in record.Values.Where(value => value.IsAround).Reverse())
            text.RemoveIfEmpty(around.Path);
        byte[] after = text.ToBytes();
        List<ChangedValue> remaining = [.. record.Values.Except(selected)];
        bool isEmpty = after.AsSpan().Trim(" \t\r\n"u8) is var rest && (rest.IsEmpty || rest.SequenceEqual("{}"u8));
        bool goes = !record.Existed && isEmpty && !remaining.Any(value => !value.IsAround);
        return new FileUndo(record, new FileChange(file, goes ? null : after, taken, []), remaining, kept);
    }

    private static bool IsUntouched(SetupRecord record, byte[]? content) =>
        record.IsExact
        && SetupRecord.Digest(content) is var digest
        && (digest == record.Written || digest == record.Original);

    private static bool TryOriginal(SetupRecord record, out byte[]? original)
    {
        original = null;
        if (!record.Existed)
            return true;
        if (
            RegularFile.Read(SetupRecord.BackupPath(record.Target), int.MaxValue, out byte[] backup) != FileRead.Ok
            || SetupRecord.Digest(backup) != record.Original
        )
            return false;
        original = backup;
        return true;
    }

    /// <summary>Only the one that we made: a file of that name with other bytes is somebody's.</summary>
    private void DeleteBackup()
    {
        if (!_record.Existed)
            return;
        EditableFile backup = EditableFile.Open(SetupRecord.BackupPath(_record.Target));
        if (backup.Content is not null && SetupRecord.Digest(backup.Content) == _record.Original)
            backup.Delete();
    }
}
