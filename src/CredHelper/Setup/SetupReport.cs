using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// The report of a setup. For users, it is one line per file and value on standard output and warnings on standard
/// error; with <c>--json</c> one object (docs/reference/schemas/setup.json).
/// </summary>
internal sealed class SetupReport(SetupMode mode)
{
    public const string NothingToDo = "nothing to do: everything is set up already";

    private const int Hanging = 2;

    private const string NothingToUndo = "nothing to undo";

    /// <summary>A file and what was done to it.</summary>
    private sealed record ReportedFile(
        string Path,
        string Action,
        IReadOnlyList<(string[] Path, string Change)> Values,
        string? Diff
    );

    /// <summary>A result of the closing check.</summary>
    /// <param name="Registry">Null if it applies to every registry.</param>
    /// <param name="Reason">Why there are no credentials; null if there are.</param>
    private sealed record CheckResult(string? Registry, string? Reason);

    private readonly List<ReportedFile> _files = [];
    private readonly List<CheckResult> _checks = [];
    private readonly List<string> _found = [],
        _notes = [],
        _warnings = [];
    private readonly HashSet<string> _undone = [];
    private readonly List<string> _left = [];
    private bool _hasOtherChange;

    /// <summary>The progress line shown while a check runs.</summary>
    public Progress Progress { get; } = Progress.For(mode.AsJson ? TerminalStyle.Plain : TerminalStyle.Current);

    public bool IsChanged => _hasOtherChange || _files.Any(file => file.Action != "unchanged");

    /// <summary>The exit code: 1 if the closing check failed (the changes stay), otherwise 0.</summary>
    public int ExitCode => _checks.Exists(check => check.Reason is not null) ? 1 : 0;

    public void Add(PlannedChange change) =>
        _files.Add(
            new ReportedFile(
                change.File.Path,
                change.Action,
                [.. change.Values.Where(value => !value.IsAround).Select(value => (value.Path, NameOf(value.Kind)))],
                mode.IsDryRun ? change.Diff() : null
            )
        );

    /// <summary>Adds the <c>--json</c> report of a child process that ran as another user.</summary>
    public void Add(JsonElement other)
    {
        foreach (JsonElement file in other.GetProperty("files").EnumerateArray())
        {
            _files.Add(
                new ReportedFile(
                    file.GetProperty("path").GetString()!,
                    file.GetProperty("action").GetString()!,
                    [
                        .. file.GetProperty("values")
                            .EnumerateArray()
                            .Select(value =>
                                (
                                    value
                                        .GetProperty("path")
                                        .EnumerateArray()
                                        .Select(name => name.GetString()!)
                                        .ToArray(),
                                    value.GetProperty("change").GetString()!
                                )
                            ),
                    ],
                    file.TryGetProperty("diff", out JsonElement diff) ? diff.GetString() : null
                )
            );
        }
        _checks.AddRange(
            other
                .GetProperty("checks")
                .EnumerateArray()
                .Select(check => new CheckResult(
                    check.GetProperty("registry").GetString(),
                    check.GetProperty("reason").GetString()
                ))
        );
        foreach (JsonElement path in other.GetProperty("left").EnumerateArray())
            Leave(path.GetString()!);
        _notes.AddRange(other.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!));
        _warnings.AddRange(other.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()!));
    }

    private static string NameOf(ChangeKind kind) =>
        kind switch
        {
            ChangeKind.Add => "add",
            ChangeKind.Remove => "remove",
            _ => "replace",
        };

    /// <summary>Adds what was detected before any change; it is printed first.</summary>
    public void Found(string line) => _found.Add(ForeignText.Line(line));

    /// <summary>Adds a note to standard output.</summary>
    public void Note(string line) => _notes.Add(ForeignText.Line(line));

    /// <summary>Adds a change that is not one of a text file, such as an installed program.</summary>
    public void NoteChange(string line)
    {
        _hasOtherChange = true;
        Note(line);
    }

    /// <summary>Adds a warning on standard error about something that keeps the result from working.</summary>
    public void Warn(string line) => _warnings.Add(ForeignText.Line(line));

    /// <summary>Reports that the closing check found credentials for a registry.</summary>
    public void Pass(string registry, string result)
    {
        _checks.Add(new CheckResult(registry, null));
        Note($"{registry}: {result}");
    }

    /// <summary>Reports that the closing check failed for a registry.</summary>
    public void Fail(string registry, string reason)
    {
        _checks.Add(new CheckResult(registry, ForeignText.Line(reason)));
        Warn($"{registry}: {reason}");
    }

    /// <summary>Reports that the closing check failed for several registries, for one reason.</summary>
    /// <param name="registries">The registries; empty if it applies to every registry.</param>
    public void Fail(IReadOnlyCollection<string> registries, string reason)
    {
        _checks.AddRange(
            registries.Count == 0
                ? [new CheckResult(null, ForeignText.Line(reason))]
                : registries.Select(registry => new CheckResult(registry, ForeignText.Line(reason)))
        );
        Warn(reason);
    }

    /// <summary>Reports a file that still names this program after an undo.</summary>
    public IReadOnlyList<string> Left => _left;

    /// <summary>Records that an undo has handled this file.</summary>
    public void NoteUndone(string target) => _undone.Add(target);

    public bool IsUndone(string target) => _undone.Contains(target);

    public void Leave(string path)
    {
        if (!_left.Contains(path))
            _left.Add(path);
    }

    /// <summary>
    /// The names of a path as users write them, cleaned because the name of a registry may contain a password.
    /// </summary>
    public static string Name(IEnumerable<string> path) => string.Join(" > ", path.Select(ForeignText.Clean));

    public void Print(string whenUnchanged)
    {
        if (mode.AsJson)
        {
            PrintJson();
            return;
        }
        var layout = new TextLayout(TerminalStyle.Current);
        foreach (string line in _found)
            layout.Add([], line, Hanging);
        foreach (ReportedFile file in _files.Where(file => file.Action != "unchanged"))
        {
            if (mode.IsDryRun)
                Append(layout, file.Diff ?? "");
            else
                Append(layout, file);
        }
        foreach (string note in _notes)
            layout.Add([], note, Hanging);
        foreach (string path in _left)
            layout.Add([], $"{path} still names {HelperName.Short}", Hanging);
        if (!IsChanged)
            layout.Add([], whenUnchanged, Hanging);
        layout.Print();
        PrintWarnings();
    }

    private void PrintWarnings()
    {
        var layout = new TextLayout(TerminalStyle.CurrentOfError);
        foreach (string warning in _warnings)
            layout.AddMessage([new Styled("warning:", Colour.Yellow), Styled.Blanks(1)], warning, Hanging);
        layout.PrintError();
    }

    /// <summary>Runs an undo and prints what was undone, even if it fails midway.</summary>
    public int Undo(Action undo)
    {
        try
        {
            undo();
        }
        catch (HelperException) when (IsChanged)
        {
            Print("");
            throw;
        }
        Print(NothingToUndo);
        return 0;
    }

    private static void Append(TextLayout layout, ReportedFile file)
    {
        layout.Add([new Styled(file.Path, Colour.Bold)], $": {file.Action}", Hanging);
        foreach ((string[] path, string change) in file.Values)
        {
            Styled mark = change switch
            {
                "add" => new("+", Colour.Green),
                "remove" => new("-", Colour.Red),
                _ => new("~", Colour.Yellow),
            };
            layout.Add([Styled.Blanks(Hanging), mark, Styled.Blanks(1)], Name(path), 2 * Hanging);
        }
    }

    /// <summary>Adds a diff line by line and unwrapped, so that it can be copied.</summary>
    private static void Append(TextLayout layout, string diff)
    {
        foreach (string line in diff.Split('\n').SkipLast(diff.EndsWith('\n') ? 1 : 0))
        {
            Colour colour = line switch
            {
                ['+', '+', '+', ..] or ['-', '-', '-', ..] => Colour.Bold,
                ['+', ..] => Colour.Green,
                ['-', ..] => Colour.Red,
                ['@', '@', ..] => Colour.Cyan,
                _ => Colour.None,
            };
            layout.AddVerbatim(line, colour);
        }
    }

    private void PrintJson() => StandardStreams.WriteOutput(JsonOutput.FormatLine(Write, isIndented: true));

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteSchema();
        writer.WriteBoolean("changed", IsChanged);
        writer.WriteBoolean("dryRun", mode.IsDryRun);
        writer.WriteStartArray("files");
        foreach (ReportedFile file in _files)
            Write(writer, file);
        writer.WriteEndArray();
        writer.WriteStartArray("checks");
        foreach (CheckResult check in _checks)
        {
            writer.WriteStartObject();
            writer.WriteString("registry", check.Registry);
            writer.WriteBoolean("ok", check.Reason is null);
            writer.WriteString("reason", check.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStrings("left", _left);
        writer.WriteStrings("notes", [.. _found, .. _notes]);
        writer.WriteStrings("warnings", _warnings);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReportedFile file)
    {
        writer.WriteStartObject();
        writer.WriteString("path", file.Path);
        writer.WriteString("action", file.Action);
        writer.WriteStartArray("values");
        foreach ((string[] path, string change) in file.Values)
        {
            writer.WriteStartObject();
            writer.WriteStrings("path", path.Select(ForeignText.Clean));
            writer.WriteString("change", change);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (file.Diff is not null)
            writer.WriteString("diff", file.Diff);
        writer.WriteEndObject();
    }
}
