namespace CredHelper.Setup;

/// <summary>The files of one user, each by its plan.</summary>
internal sealed class FileStep(SetupRun run, SetupReport report, IReadOnlyList<FilePlan> plans) : ISetupStep
{
    private readonly List<FileChange> _changes = [.. plans.Select(FileChange.Of)];

    public IEnumerable<string> Questions => _changes.SelectMany(QuestionsOf);

    public void Check()
    {
        if (_changes.All(change => change.IsNone))
            return;
        foreach (FileChange change in _changes.Where(change => !change.IsNone))
            change.File.RequireWritable();
        run.RequireRecords();
    }

    public void Show()
    {
        foreach (FileChange change in _changes)
            report.Add(change);
    }

    public void Do()
    {
        if (_changes.All(change => change.IsNone))
            Show();
        else
            run.Write(plans, [.. _changes.SelectMany(SetupRun.Touched)]);
    }

    private static IEnumerable<string> QuestionsOf(FileChange change)
    {
        foreach (ChangedValue value in change.Values)
        {
            if (value.Kind == ChangeKind.Add)
                continue;
            string why = change.Reasons.FirstOrDefault(wish => wish.Path.AsSpan().SequenceEqual(value.Path))?.Why
                is { } reason
                ? $": {reason}"
                : "";
            yield return $"{change.File.Path}: {SetupReport.Name(value.Path)} would be "
                + $"{(value.Kind == ChangeKind.Remove ? "removed" : "replaced")}{why}";
        }
    }
}
