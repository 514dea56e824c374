using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// The planned changes of one user's files: all are written or none, each after a backup and an undo record. What
/// others write meanwhile is never lost: the change is then planned again.
/// </summary>
/// <param name="environment">Of the user who keeps the undo records.</param>
internal sealed class SetupTransaction(
    EnvironmentSnapshot environment,
    IReadOnlyList<PlannedChange> changes,
    SetupReport report
) : ISetupStep
{
    /// <summary>A file that was written, with its undo record and the one there was before.</summary>
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
                left.Add($"{written.Change.File.Path} is written already and stays so until setup --undo");
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
                $"{planned.File.Path} was changed meanwhile in what would be replaced",
                "look at it and run setup again"
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

    /// <summary>The record that an undo needs of a change.</summary>
    private Written Prepare(PlannedChange change)
    {
        SetupRecord? earlier = SetupRecord.Find(environment, change.File.Target);
        SetupRecord? current = earlier?.For(change.Runners);
        // What earlier setups knew of a file that goes away ends: the file as it is now is what an undo brings back.
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

    /// <summary>A new file gets the mode that docker gives its own; the others need no other one either.</summary>
    private static void Replace(EditableFile file, byte[]? content)
    {
        if (content is null)
            file.Delete();
        else
            file.Replace(content);
    }

    /// <summary>Nothing was written after all: the backup of a file that stayed, and may hold secrets, goes.</summary>
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
