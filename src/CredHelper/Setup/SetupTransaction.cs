using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// The planned changes to one user's files: either all are written or none, each with a backup and an undo record. If
/// another program writes a file in the meantime, its change is kept and ours is planned again.
/// </summary>
/// <param name="environment">The environment of the user who owns the undo records.</param>
internal sealed class SetupTransaction(
    EnvironmentSnapshot environment,
    IReadOnlyList<PlannedChange> changes,
    SetupReport report
) : ISetupStep
{
    /// <summary>A written file, with its new undo record and the previous one.</summary>
    private sealed record Written(PlannedChange Change, SetupRecord Record, SetupRecord? Earlier);

    private readonly Stack<Written> _written = [];

    public IEnumerable<string> Questions => changes.SelectMany(change => change.Questions);

    public void Check()
    {
        if (changes.All(change => change.IsNone))
            return;
        foreach (PlannedChange change in changes.Where(change => !change.IsNone))
            RequireWritable(change);
        SetupRecord.RequireWritable(environment);
    }

    private void RequireWritable(PlannedChange change)
    {
        change.File.RequireWritable();
        if (change.Before is not null && SetupRecord.Find(environment, change.File.Target) is null)
            SetupRecord.OpenBackup(change.File.Target);
    }

    public void Show()
    {
        foreach (PlannedChange change in changes)
            report.Add(change);
    }

    public void Commit()
    {
        if (changes.All(change => change.IsNone))
        {
            Show();
            return;
        }
        using DirectoryLock guard = SetupRecord.Lock(environment);
        foreach (PlannedChange change in changes)
            report.Add(EditableFile.Retry(change.File.Path, () => Write(change)));
    }

    public IEnumerable<string> Revert()
    {
        if (_written.Count == 0)
            return [];
        using DirectoryLock guard = SetupRecord.Lock(environment);
        var left = new List<string>();
        while (_written.TryPop(out Written? written))
        {
            try
            {
                Replace(written.Change.File, written.Change.Before);
                Forget(written);
            }
            catch (Exception exception) when (exception is HelperException or ChangedMeanwhileException)
            {
                left.Add($"{written.Change.File.Path} has been written already; setup --undo reverts it");
            }
        }
        return left;
    }

    private PlannedChange Write(PlannedChange planned)
    {
        PlannedChange change = planned.File.HasChanged ? planned.Again() : planned;
        if (!change.IsWithin(planned))
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"another program changed the settings in {planned.File.Path} that would be replaced",
                "check the file and run setup again"
            );
        }

        if (change.IsNone)
            return change;
        Written written = Prepare(change);
        try
        {
            if (written.Earlier is null || change.After is null)
                SaveBackup(change);
            written.Record.Save(environment);
            Replace(change.File, change.After);
        }
        catch (Exception exception) when (exception is HelperException or ChangedMeanwhileException)
        {
            Forget(written);
            throw;
        }
        _written.Push(written);
        return change;
    }

    /// <summary>Creates the undo record of a change.</summary>
    private Written Prepare(PlannedChange change)
    {
        SetupRecord? earlier = SetupRecord.Find(environment, change.File.Target);
        SetupRecord? current = earlier?.For(change.Runners);
        // A deleted file gets a new record: its current content is what an undo restores.
        SetupRecord record =
            current is null || change.After is null
                ? new SetupRecord(change.File.Target)
                {
                    Existed = change.Before is not null,
                    Original = SetupRecord.Digest(change.Before),
                    Mode = change.File.Mode,
                    MadeDirectory = !Directory.Exists(Path.GetDirectoryName(change.File.Target)),
                }
                : current with
                {
                    IsExact = current.IsUntouched(change.Before),
                };
        record = record with
        {
            Written = SetupRecord.Digest(change.After),
            Values = [.. record.Values, .. change.Values],
            Runners = change.Runners,
        };
        return new Written(change, record.For(change.Runners), earlier);
    }

    private static void SaveBackup(PlannedChange change)
    {
        if (change.Before is { } content)
        {
            SetupRecord.OpenBackup(change.File.Target).Replace(content, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>
    /// Writes or deletes the file. A new file gets the mode that docker uses; an existing one keeps its mode.
    /// </summary>
    private static void Replace(EditableFile file, byte[]? content)
    {
        if (content is null)
            file.Delete();
        else
            file.Replace(content);
    }

    /// <summary>
    /// Removes the record and the backup of a file that was not changed after all, because the backup may contain
    /// secrets.
    /// </summary>
    private void Forget(Written written)
    {
        if (written.Earlier is not null)
        {
            written.Earlier.Save(environment);
            return;
        }
        written.Record.Delete(environment);
        written.Record.DeleteBackup();
        if (written.Record.MadeDirectory)
            EditableFile.DeleteEmptyDirectory(Path.GetDirectoryName(written.Record.Target)!);
    }
}
