using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>
/// A JSON document that is edited in its bytes: additions are formatted like their neighbours, and untouched parts keep
/// every byte. Names of the outermost object are found regardless of case, as Go's decoder does for docker and podman.
/// </summary>
internal sealed class JsonEdit : IEditableText
{
    /// <summary>Docker's indentation, for documents that have none.</summary>
    private const string DefaultIndent = "\t";

    private readonly string _path;
    private readonly int _offset;
    private byte[] _bytes;
    private JsonSpan _root;

    private JsonEdit(string path, byte[] bytes)
    {
        _path = path;
        _offset = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        _bytes = bytes;
        _root = Read();
    }

    /// <summary>Parses a document. An empty file counts as an empty object, as it does for docker.</summary>
    /// <param name="path">The path of the file, for error messages.</param>
    /// <exception cref="HelperException">It is not a JSON object; the message has line and column.</exception>
    public static JsonEdit Parse(string path, byte[] content)
    {
        if (!System.Text.Unicode.Utf8.IsValid(content))
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{path} is not UTF-8 text, which JSON requires",
                "convert it to UTF-8; nothing was changed"
            );
        }

        bool isBlank = content.AsSpan().Trim(" \t\r\n"u8).IsEmpty;
        return new JsonEdit(path, isBlank ? "{}\n"u8.ToArray() : content);
    }

    /// <summary>Parses a document on one line, such as the value of a variable.</summary>
    public static JsonEdit ParseLine(string place, string text) =>
        new(place, Encoding.UTF8.GetBytes(text)) { IsOneLine = true };

    /// <summary>Whether additions to a document without layout stay on its line, as in a variable.</summary>
    private bool IsOneLine { get; init; }

    /// <summary>Writes a text as a JSON string.</summary>
    public static string Quote(string text) =>
        $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>
    /// The text of a JSON string, or null if the value is not a string or has an escape of half a character.
    /// </summary>
    public static string? Unquote(string? value)
    {
        if (value is null || !value.StartsWith('"'))
            return null;
        using JsonDocument document = JsonDocument.Parse(value);
        try
        {
            return document.RootElement.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The names in an object in their order, those of the root object without a path; empty if it is not an object.
    /// </summary>
    public IReadOnlyList<string> Names(params ReadOnlySpan<string> path) =>
        (path.IsEmpty ? _root : Locate(path)?.Value) is { Properties: { } properties }
            ? [.. properties.Select(property => property.Name)]
            : [];

    public string? Find(params ReadOnlySpan<string> path) =>
        Locate(path) is { } found ? Text(found.Value.Start, found.Value.End) : null;

    public void Put(string value, params ReadOnlySpan<string> path)
    {
        if (Locate(path) is { } found)
        {
            Replace(found.Value.Start, found.Value.End, value);
            return;
        }
        for (int depth = 1; depth < path.Length; depth++)
        {
            if (Locate(path[..depth]) is null)
                Add(path[..depth], "{}");
        }
        Add(path, value);
    }

    public void Remove(params ReadOnlySpan<string> path)
    {
        if (Locate(path) is not { } found)
            return;
        JsonSpan parent = Parent(path);
        IReadOnlyList<JsonSpanProperty> siblings = parent.Properties!;
        int index = siblings.ToList().IndexOf(found);
        if (index + 1 < siblings.Count)
            Replace(found.NameStart, siblings[index + 1].NameStart, "");
        else if (index > 0)
            Replace(siblings[index - 1].Value.End, found.Value.End, "");
        else
            Replace(parent.Start + 1, parent.End - 1, "");
    }

    public IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path) =>
        IEditableText.MissingParents(this, path);

    public void RemoveIfEmpty(params ReadOnlySpan<string> path)
    {
        if (Locate(path) is { Value.Properties.Count: 0 })
            Remove(path);
    }

    /// <summary>
    /// Compares strings by their text, however they are escaped, and other values as they are written.
    /// </summary>
    public bool IsSame(string? first, string? second) =>
        first == second || (Unquote(first) is { } text && text == Unquote(second));

    public byte[] ToBytes() => _bytes;

    private void Add(ReadOnlySpan<string> path, string value)
    {
        JsonSpan parent = Parent(path);
        string name = Quote(path[^1]);
        if (parent.Properties!.Count > 0)
        {
            JsonSpanProperty last = parent.Properties[^1];
            // The layout between two properties is the blanks after the comma, or after the brace for the first one.
            string between = Text(
                parent.Properties.Count > 1 ? parent.Properties[^2].Value.End : parent.Start,
                last.NameStart
            );
            string blanks = between[(between.IndexOfAny([',', '{']) + 1)..];
            Replace(last.Value.End, last.Value.End, $",{blanks}{name}{Text(last.NameEnd, last.Value.Start)}{value}");
            return;
        }
        string newline = Newline;
        if (newline.Length == 0)
        {
            Replace(parent.Start + 1, parent.End - 1, $"{name}{Colon}{value}");
            return;
        }
        string indent = IndentOfLine(parent.Start);
        Replace(
            parent.Start + 1,
            parent.End - 1,
            $"{newline}{indent}{IndentUnit}{name}{Colon}{value}{newline}{indent}"
        );
    }

    /// <summary>
    /// The line end between properties, or empty for a document on one line that is not an empty object.
    /// </summary>
    private string Newline
    {
        get
        {
            int line = Array.IndexOf(_bytes, (byte)'\n', _root.Start, _root.End - _root.Start);
            if (line > 0)
                return _bytes[line - 1] == '\r' ? "\r\n" : "\n";
            if (_root.Properties!.Count > 0 || IsOneLine)
                return "";
            return _bytes.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        }
    }

    private string Colon
    {
        get
        {
            if (_root.Properties is [var first, ..])
                return Text(first.NameEnd, first.Value.Start);
            return IsOneLine ? ":" : ": ";
        }
    }

    private string IndentUnit =>
        _root.Properties is [var first, ..] && IndentOfLine(first.NameStart) is { Length: > 0 } indent
            ? indent
            : DefaultIndent;

    private string IndentOfLine(int offset)
    {
        int start = _bytes.AsSpan(0, offset).LastIndexOf((byte)'\n') + 1;
        if (start == 0)
            start = _offset;
        int end = start;
        while (end < offset && _bytes[end] is (byte)' ' or (byte)'\t')
            end++;
        return Text(start, end);
    }

    private JsonSpan Parent(ReadOnlySpan<string> path)
    {
        JsonSpan parent = path.Length == 1 ? _root : Locate(path[..^1])!.Value;
        if (parent.Properties is null)
        {
            throw Broken(
                parent.Start,
                $"{string.Join('.', path[..^1].ToArray())} is not an object",
                "fix it or remove it"
            );
        }

        return parent;
    }

    private JsonSpanProperty? Locate(ReadOnlySpan<string> path)
    {
        JsonSpan parent = _root;
        JsonSpanProperty? found = null;
        for (int depth = 0; depth < path.Length; depth++)
        {
            if (parent.Properties is null)
                return null;
            StringComparison comparison = depth == 0 ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            found = null;
            foreach (JsonSpanProperty property in parent.Properties)
            {
                if (!property.Name.Equals(path[depth], comparison))
                    continue;
                if (found is not null)
                {
                    throw Broken(
                        property.NameStart,
                        $"\"{ForeignText.Clean(property.Name)}\" is defined twice",
                        "remove one of the two"
                    );
                }

                found = property;
            }
            if (found is null)
                return null;
            parent = found.Value;
        }
        return found;
    }

    private void Replace(int start, int end, string text)
    {
        byte[] inserted = Encoding.UTF8.GetBytes(text);
        _bytes = [.. _bytes.AsSpan(0, start), .. inserted, .. _bytes.AsSpan(end)];
        _root = Read();
    }

    private JsonSpan Read()
    {
        JsonSpan root;
        try
        {
            root = JsonSpan.Parse(_bytes, _offset);
        }
        catch (JsonException exception)
        {
            long line = exception.LineNumber ?? 0,
                column = exception.BytePositionInLine ?? 0;
            throw new HelperException(
                FailureKind.Configuration,
                $"{_path}:{line + 1}:{column + 1}: this is not valid JSON{Why(line, column)}",
                "fix that line; nothing was changed",
                exception
            );
        }
        return root.Properties is not null
            ? root
            : throw Broken(root.Start, "the file is not a JSON object", "begin the file with {");
    }

    /// <summary>Explains the most common errors, because the parser's messages are written for programmers.</summary>
    private string Why(long line, long column)
    {
        string[] lines = Encoding.UTF8.GetString(_bytes.AsSpan(_offset)).Split('\n');
        string rest = line < lines.Length && column <= lines[line].Length ? lines[line][(int)column..].TrimStart() : "";
        if (rest.StartsWith('/') || rest.StartsWith('#'))
            return ": JSON has no comments";
        return rest.StartsWith('}') || rest.StartsWith(']') ? ": a value is missing, or there is a comma too many" : "";
    }

    private HelperException Broken(int offset, string what, string hint)
    {
        ReadOnlySpan<byte> before = _bytes.AsSpan(_offset, offset - _offset);
        int line = before.Count((byte)'\n') + 1,
            column = before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1;
        return new HelperException(FailureKind.Configuration, $"{_path}:{line}:{column}: {what}", hint);
    }

    private string Text(int start, int end) => Encoding.UTF8.GetString(_bytes, start, end - start);
}
