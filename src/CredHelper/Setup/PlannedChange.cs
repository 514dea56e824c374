using System.Text;
using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.Setup;

/// <summary>One value that was set or removed, as the undo record stores it.</summary>
/// <param name="Before">The value before, or null if there was none.</param>
/// <param name="After">The value after, or null if it was removed.</param>
/// <param name="IsAround">Whether it only contains other values; undo removes it once it is empty.</param>
internal sealed record ChangedValue(
    string[] Path,
    string? Before,
    string? After,
    string? Registry,
    bool IsAround = false
)
{
    /// <summary>Why the value is removed or replaced; not part of the undo record.</summary>
    public string? Why { get; init; }

    public ChangeKind Kind
    {
        get
        {
            if (Before is null)
                return ChangeKind.Add;
            return After is null ? ChangeKind.Remove : ChangeKind.Replace;
        }
    }

    /// <summary>Shows only the path, because values may be credentials.</summary>
    public override string ToString() => $"{Kind} {string.Join('.', Path)}";
}

internal enum ChangeKind
{
    Add,
    Replace,
    Remove,
}

/// <summary>A file with its planned new content, not yet written.</summary>
/// <param name="After">The new content, or null if the file is deleted.</param>
internal sealed record PlannedChange(
    EditableFile File,
    FileFormat Format,
    byte[]? After,
    IReadOnlyList<ChangedValue> Values
)
{
    private DesiredFile? Desired { get; init; }

    /// <summary>The runners of the file if it is a config.toml.</summary>
    public IReadOnlyList<RunnerIdentity> Runners { get; private init; } = [];

    /// <summary>The content before; copied here, because writing the file changes what it holds.</summary>
    public byte[]? Before { get; } = File.Content;

    public bool IsNone => After is null ? Before is null : Before is not null && Before.AsSpan().SequenceEqual(After);

    public string Action
    {
        get
        {
            if (IsNone)
                return "unchanged";
            if (Before is null)
                return "created";
            return After is null ? "deleted" : "changed";
        }
    }

    /// <summary>What would be removed or replaced, each as a sentence for the prompt.</summary>
    public IEnumerable<string> Questions =>
        from value in Values
        where value.Kind != ChangeKind.Add
        let verb = value.Kind == ChangeKind.Remove ? "removed" : "replaced"
        let reason = value.Why is null ? "" : $": {value.Why}"
        select $"{File.Path}: {SetupReport.Name(value.Path)} would be {verb}{reason}";

    /// <summary>The diff of the file; of values only those that setup writes are shown.</summary>
    public string Diff() => UnifiedDiff.Of(File.Path, Masked(Before), Masked(After));

    /// <summary>Plans the change from the current content to the desired values.</summary>
    /// <exception cref="HelperException">The file cannot be read or edited, or the result would not be
    /// valid.</exception>
    public static PlannedChange Of(DesiredFile desired)
    {
        EditableFile file = EditableFile.Open(desired.Path);
        IEditableText text = desired.Format.Parse(desired.Path, file.Content ?? []);
        IReadOnlyList<DesiredValue> wanted = desired.Values(text);
        List<ChangedValue> values = [.. wanted.SelectMany(value => Put(text, value))];
        if (values.Count == 0)
            return new PlannedChange(file, desired.Format, file.Content, []) { Desired = desired };
        byte[] after = text.ToBytes();
        RequireRead(desired, after, wanted);
        desired.Check?.Invoke(after);
        return new PlannedChange(file, desired.Format, after, values)
        {
            Desired = desired,
            Runners = RunnerIdentity.Of(text),
        };
    }

    /// <summary>Plans to delete a whole file.</summary>
    public static PlannedChange Deletion(string path, FileFormat format) =>
        new(EditableFile.Open(path), format, null, []);

    /// <summary>The same change, planned again for the current content of the file.</summary>
    public PlannedChange Again() => Desired is null ? Deletion(File.Path, Format) : Of(Desired);

    /// <summary>
    /// Whether this removes and replaces only what the other change does, to which the user has agreed.
    /// </summary>
    public bool IsWithin(PlannedChange agreed) =>
        Values.All(value =>
            value.Kind == ChangeKind.Add
            || agreed.Values.Any(other => other.Before == value.Before && other.Path.AsSpan().SequenceEqual(value.Path))
        );

    private static List<ChangedValue> Put(IEditableText text, DesiredValue value)
    {
        string? before = text.Find(value.Path);
        if (value.Value is null ? before is null : text.IsSame(before, value.Value))
            return [];
        var changes = new List<ChangedValue>();
        if (value.Value is null)
        {
            text.Remove(value.Path);
        }
        else
        {
            foreach (string[] around in text.MissingAround(value.Path))
                changes.Add(new ChangedValue(around, null, "", null, IsAround: true));
            text.Put(value.Value, value.Path);
        }
        changes.Add(new ChangedValue(value.Path, before, value.Value, value.Registry) { Why = value.Why });
        return changes;
    }

    /// <summary>Refuses to write a text in which our own parser does not find the new values.</summary>
    private static void RequireRead(DesiredFile desired, byte[] after, IEnumerable<DesiredValue> wanted)
    {
        IEditableText again = desired.Format.Parse(desired.Path, after);
        if (wanted.FirstOrDefault(value => !again.IsSame(again.Find(value.Path), value.Value)) is { } lost)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{desired.Path}: its layout does not allow {SetupReport.Name(lost.Path)} to be changed safely",
                "edit it by hand; nothing was changed"
            );
        }
    }

    private MaskedText? Masked(byte[]? content) =>
        content is null ? null : Format.Mask(Encoding.UTF8.GetString(content));
}
