using CredHelper.Cache;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>How a setup was asked to go about its work.</summary>
internal sealed record SetupMode(bool IsDryRun, bool IsSure, bool AsJson)
{
    /// <summary>
    /// Whether it only has to be found out if it could be done: a dry run that fails where the real one would.
    /// </summary>
    public bool IsRehearsal { get; init; }
}

/// <summary>
/// Carries out plans: works out every change, asks where something would go or be replaced, then writes file by file,
/// each
/// with a backup and an undo record before it. What others write meanwhile is never lost: the change is worked out
/// again.
/// </summary>
internal sealed class SetupRun(EnvironmentSnapshot environment, SetupMode mode, SetupReport report)
{
    private const int Attempts = 5;

    /// <summary>
    /// Brings the files to what the plans want. Additions proceed; removals and replacements need consent.
    /// </summary>
    /// <exception cref="HelperException">A file cannot be read, understood or written, or consent is
    /// missing.</exception>
    public void Apply(IReadOnlyList<FilePlan> plans) => SetupSteps.CarryOut([Prepare(plans)], mode, report);

    /// <summary>The same as a step of several.</summary>
    /// <exception cref="HelperException">A file cannot be read or understood.</exception>
    public ISetupStep Prepare(IReadOnlyList<FilePlan> plans) => new FileStep(this, report, plans);

    /// <param name="plans">What is written.</param>
    /// <param name="agreed">What may go or be replaced, as <see cref="Touched"/> tells it.</param>
    public void Write(IReadOnlyList<FilePlan> plans, HashSet<string> agreed)
    {
        using DirectoryLock guard = LockRecords();
        foreach (FilePlan plan in plans)
            report.Add(Write(plan, agreed));
    }

    /// <summary>Takes a whole file away; it stays as its own backup, and an undo puts it back.</summary>
    public void Delete(string path)
    {
        using DirectoryLock guard = LockRecords();
        report.Add(
            Repeat(
                path,
                () =>
                {
                    var change = new FileChange(EditableFile.Open(path), null, [], []);
                    // What an earlier setup knew of it ends here: the file as it is now is what an undo has to bring
                    // back.
                    new SetupRecord(change.File.Target).Delete(environment);
                    return Commit(change);
                }
            )
        );
    }

    /// <summary>Takes back what earlier setups did to these files.</summary>
    public void Undo(IEnumerable<(string Path, FileFormat Format)> files, string? registry)
    {
        // Where there is no place for records there is none, and nothing to take back.
        if (SetupRecord.DirectoryOf(environment) is not { } records || !Directory.Exists(records))
            return;
        using DirectoryLock guard = DirectoryLock.Take(records);
        foreach ((string path, FileFormat format) in files)
        {
            if (TakeBack(path, format, registry) is not { } undo)
                continue;
            report.Add(undo.Change);
            foreach (string[] kept in undo.Kept)
                report.Note($"{path}: {SetupReport.Name(kept)} was changed since setup wrote it, so it stays");
        }
    }

    private FileUndo? TakeBack(string path, FileFormat format, string? registry) =>
        Repeat(
            path,
            () =>
            {
                FileUndo? undo = FileUndo.Of(environment, path, format, registry);
                if (!mode.IsDryRun)
                    undo?.Commit(environment);
                return undo;
            }
        );

    private FileChange Write(FilePlan plan, HashSet<string> agreed) =>
        Repeat(
            plan.Path,
            () =>
            {
                FileChange change = FileChange.Of(plan);
                if (change.IsNone)
                    return change;
                if (!Touched(change).All(agreed.Contains))
                    throw new HelperException(
                        FailureKind.Configuration,
                        $"{plan.Path} was changed meanwhile in what would be replaced",
                        "look at it and run setup again"
                    );
                return Commit(change);
            }
        );

    private FileChange Commit(FileChange change)
    {
        SetupRecord? earlier = Remember(change);
        try
        {
            // As docker writes it where the file is new; a registry map and the rest need no other mode either.
            if (change.After is { } after)
                change.File.Replace(after);
            else
                change.File.Delete();
        }
        catch (Exception exception) when (exception is HelperException or ChangedMeanwhileException)
        {
            Forget(change, earlier);
            throw;
        }
        return change;
    }

    /// <summary>What would go or be replaced, and by what: consent holds for that and no more.</summary>
    public static IEnumerable<string> Touched(FileChange change) =>
        change
            .Values.Where(value => value.Kind != ChangeKind.Add)
            .Select(value => $"{change.File.Path}\n{string.Join('\n', value.Path)}\n{value.Before}");

    /// <summary>Keeps the record and the backup for an undo. The record there was before.</summary>
    private SetupRecord? Remember(FileChange change)
    {
        EditableFile file = change.File;
        string directory = Path.GetDirectoryName(file.Target)!,
            original = SetupRecord.Digest(file.Content);
        SetupRecord? earlier = SetupRecord.Find(environment, file.Target);
        if (earlier is null && file.Content is not null)
        {
            EditableFile backup = EditableFile.Open(SetupRecord.BackupPath(file.Target));
            backup.Replace(file.Content, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        SetupRecord record = earlier is null
            ? new SetupRecord(file.Target)
            {
                Existed = file.Content is not null,
                Original = original,
                MadeDirectory = !Directory.Exists(directory),
            }
            : earlier with
            {
                IsExact = earlier.IsExact && (original == earlier.Written || original == earlier.Original),
            };
        (
            record with
            {
                Written = SetupRecord.Digest(change.After),
                Values = [.. record.Values, .. change.Values],
            }
        ).Save(environment);
        return earlier;
    }

    /// <summary>Nothing was written after all: the backup of a file that stayed, and may hold secrets, goes.</summary>
    private void Forget(FileChange change, SetupRecord? earlier)
    {
        if (earlier is not null)
        {
            earlier.Save(environment);
            return;
        }
        new SetupRecord(change.File.Target).Delete(environment);
        EditableFile backup = EditableFile.Open(SetupRecord.BackupPath(change.File.Target));
        if (backup.Content is { } content && change.Before is { } before && content.AsSpan().SequenceEqual(before))
            backup.Delete();
    }

    /// <exception cref="HelperException">There is no place for an undo record, as far as that can be known without
    /// making it.</exception>
    public void RequireRecords()
    {
        if (Directory.Exists(Records))
            Ensure(Records);
        else
            EditableFile.Open(Records).RequireWritable();
    }

    private string Records =>
        SetupRecord.DirectoryOf(environment)
        ?? throw new HelperException(
            FailureKind.Configuration,
            "there is no home directory to keep the undo record in",
            "set HOME"
        );

    private DirectoryLock LockRecords()
    {
        Ensure(Records);
        return DirectoryLock.Take(Records);
    }

    private static void Ensure(string records)
    {
        if (PrivateDirectory.Ensure(records) is { } reason)
            throw new HelperException(
                FailureKind.Configuration,
                $"the undo record cannot be kept: {reason}",
                "make that directory the user's own, mode 0700"
            );
    }

    private static T Repeat<T>(string path, Func<T> work)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return work();
            }
            catch (ChangedMeanwhileException) when (attempt < Attempts)
            {
                Thread.Sleep(20 * attempt);
            }
            catch (ChangedMeanwhileException exception)
            {
                throw new HelperException(
                    FailureKind.Other,
                    $"{path} is changed by another program all the time",
                    "stop that program and run setup again",
                    exception
                );
            }
        }
    }
}
