using System.Text;
using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.Setup;

/// <summary>One value that was set or taken away, as the undo record keeps it.</summary>
/// <param name="Before">Null where nothing stood there.</param>
/// <param name="After">Null where it was taken away.</param>
/// <param name="IsAround">It was only added to hold others, and goes again once it is empty.</param>
internal sealed record ChangedValue(
    string[] Path,
    string? Before,
    string? After,
    string? Registry,
    bool IsAround = false
)
{
    public ChangeKind Kind =>
        Before is null ? ChangeKind.Add
        : After is null ? ChangeKind.Remove
        : ChangeKind.Replace;

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
/// <param name="After">Null where the file goes away.</param>
internal sealed record FileChange(
    EditableFile File,
    byte[]? After,
    IReadOnlyList<ChangedValue> Values,
    IReadOnlyList<DesiredValue> Reasons
)
{
    /// <summary>Taken down before the file is written, which changes what the file holds.</summary>
    public byte[]? Before { get; } = File.Content;

    public bool IsNone => After is null ? Before is null : Before is not null && Before.AsSpan().SequenceEqual(After);

    public bool NeedsConsent => Values.Any(value => value.Kind != ChangeKind.Add);

    public string Action =>
        IsNone ? "unchanged"
        : Before is null ? "created"
        : After is null ? "deleted"
        : "changed";

    public string Diff() => Masking.Hide(UnifiedDiff.Of(File.Path, Text(Before), Text(After)));

    /// <exception cref="HelperException">The file cannot be read or edited, or the result would make no
    /// sense.</exception>
    public static FileChange Of(FilePlan plan)
    {
        EditableFile file = EditableFile.Open(plan.Path);
        IEditableText text = plan.Format.Parse(plan.Path, file.Content ?? []);
        var values = new List<ChangedValue>();
        var reasons = new List<DesiredValue>();
        foreach (DesiredValue wish in plan.Wishes(text))
        {
            string? before = text.Find(wish.Path);
            if (wish.Value is null ? before is null : text.IsSame(before, wish.Value))
                continue;
            reasons.Add(wish);
            if (wish.Value is null)
            {
                text.Remove(wish.Path);
            }
            else
            {
                foreach (string[] around in text.MissingAround(wish.Path))
                    values.Add(new ChangedValue(around, null, "", null, IsAround: true));
                text.Put(wish.Value, wish.Path);
            }
            values.Add(new ChangedValue(wish.Path, before, wish.Value, wish.Registry));
        }
        byte[]? after = values.Count == 0 ? file.Content : text.ToBytes();
        if (values.Count > 0)
        {
            CheckRead(plan, after!, reasons);
            plan.Check?.Invoke(after!);
        }
        return new FileChange(file, after, values, reasons);
    }

    /// <summary>A text that was edited in a way which its own reader takes for something else is not written.</summary>
    private static void CheckRead(FilePlan plan, byte[] after, IEnumerable<DesiredValue> wishes)
    {
        IEditableText again = plan.Format.Parse(plan.Path, after);
        if (wishes.FirstOrDefault(wish => !again.IsSame(again.Find(wish.Path), wish.Value)) is { } lost)
            throw new HelperException(
                FailureKind.Configuration,
                $"{plan.Path} is laid out in a way in which {string.Join(" > ", lost.Path)} cannot be changed safely",
                "change it by hand; nothing was changed"
            );
    }

    private static string? Text(byte[]? content) => content is null ? null : Encoding.UTF8.GetString(content);
}
