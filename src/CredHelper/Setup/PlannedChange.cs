using System.Text;
using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.Setup;

/// <summary>One value that was set or taken away, as the undo record keeps it.</summary>
/// <param name="Before">Null if nothing stood there.</param>
/// <param name="After">Null if it was taken away.</param>
/// <param name="IsAround">It was only added to hold others, and goes again once it is empty.</param>
internal sealed record ChangedValue(
    string[] Path,
    string? Before,
    string? After,
    string? Registry,
    bool IsAround = false
)
{
    /// <summary>Why it is taken away or replaced; not part of the undo record.</summary>
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

    /// <summary>Values may be logins, so only the path is shown.</summary>
    public override string ToString() => $"{Kind} {string.Join('.', Path)}";
}

internal enum ChangeKind
{
    Add,
    Replace,
    Remove,
}

/// <summary>A file with what is to become of it, not yet written.</summary>
/// <param name="After">Null if the file goes away.</param>
internal sealed record PlannedChange(
    EditableFile File,
    FileFormat Format,
    byte[]? After,
    IReadOnlyList<ChangedValue> Values
)
{
    private DesiredFile? Desired { get; init; }

    /// <summary>The runners of the file, if it is a config.toml.</summary>
    public IReadOnlyList<RunnerIdentity> Runners { get; private init; } = [];

    /// <summary>Taken down before the file is written, which changes what the file holds.</summary>
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

    /// <summary>What of a person's would go or be replaced, each as a sentence.</summary>
    public IEnumerable<string> Questions =>
        from value in Values
        where value.Kind != ChangeKind.Add
        let verb = value.Kind == ChangeKind.Remove ? "removed" : "replaced"
        let reason = value.Why is null ? "" : $": {value.Why}"
        select $"{File.Path}: {SetupReport.Name(value.Path)} would be {verb}{reason}";

    /// <summary>What changes in the file; of values only those that setup writes are shown.</summary>
    public string Diff() => UnifiedDiff.Of(File.Path, Masked(Before), Masked(After));

    /// <summary>What brings a file from what it holds to what is desired.</summary>
    /// <exception cref="HelperException">The file cannot be read or edited, or the result would make no
    /// sense.</exception>
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

    /// <summary>Takes a whole file away.</summary>
    public static PlannedChange Deletion(string path, FileFormat format) =>
        new(EditableFile.Open(path), format, null, []);

    /// <summary>The same for what the file holds now.</summary>
    public PlannedChange Again() => Desired is null ? Deletion(File.Path, Format) : Of(Desired);

    /// <summary>Whether this removes or replaces nothing that the other one does not.</summary>
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

    /// <summary>A text that its own reader takes for something else after the edit is not written.</summary>
    private static void RequireRead(DesiredFile desired, byte[] after, IEnumerable<DesiredValue> wanted)
    {
        IEditableText again = desired.Format.Parse(desired.Path, after);
        if (wanted.FirstOrDefault(value => !again.IsSame(again.Find(value.Path), value.Value)) is { } lost)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{desired.Path} is laid out in a way in which {SetupReport.Name(lost.Path)} cannot be changed safely",
                "change it by hand; nothing was changed"
            );
        }
    }

    private MaskedText? Masked(byte[]? content) =>
        content is null ? null : Format.Mask(Encoding.UTF8.GetString(content));
}
