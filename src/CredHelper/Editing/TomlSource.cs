using System.Text;
using CredHelper.Errors;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace CredHelper.Editing;

/// <summary>A table of a TOML document: its header as names, and the keys directly below it.</summary>
/// <param name="IsArrayItem">Whether it is an item of an array of tables, <c>[[name]]</c>.</param>
internal sealed record TomlTable(
    IReadOnlyList<string> Header,
    bool IsArrayItem,
    TableSyntaxBase? Syntax,
    IReadOnlyList<KeyValueSyntax> Keys
);

/// <summary>
/// A TOML document with the positions of its parts. It is parsed by Tomlyn and changed in its text, so that comments
/// and layout stay as the user wrote them.
/// </summary>
internal sealed class TomlSource
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private const string ByteOrderMark = "\uFEFF";

    private readonly string _path;
    private readonly bool _hasMark;

    private TomlSource(string path, string text)
    {
        _path = path;
        // The parser's offsets do not include the byte order mark, so it is kept apart.
        _hasMark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal);
        Text = _hasMark ? text[1..] : text;
        Document = ParseText();
        Tables = Read();
        Root = TomlValue.Of(path, Tables);
    }

    public string Text { get; private set; }

    /// <summary>
    /// The tables in their order; the first is the one without a name, with the keys before the first header.
    /// </summary>
    public IReadOnlyList<TomlTable> Tables { get; private set; }

    /// <summary>The document as the parser read it, with blanks and comments.</summary>
    public DocumentSyntax Document { get; private set; }

    /// <summary>The values of the document as a decoder sees them.</summary>
    public TomlValue Root { get; private set; }

    public string Newline => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <param name="path">The path of the file, for error messages.</param>
    /// <exception cref="HelperException">It is not TOML; the message has line and column.</exception>
    public static TomlSource Parse(string path, byte[] content)
    {
        try
        {
            return new TomlSource(path, Strict.GetString(content));
        }
        catch (DecoderFallbackException exception)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{path} is not UTF-8 text, which TOML requires",
                "convert it to UTF-8; nothing was changed",
                exception
            );
        }
    }

    public byte[] ToBytes() => Strict.GetBytes(_hasMark ? ByteOrderMark + Text : Text);

    /// <summary>The key of a table by its names, dotted or not; null if there is none.</summary>
    public static KeyValueSyntax? Key(TomlTable table, ReadOnlySpan<string> names)
    {
        foreach (KeyValueSyntax pair in table.Keys)
        {
            if (TomlNames.Of(pair.Key).AsSpan().SequenceEqual(names))
                return pair;
        }
        return null;
    }

    public static string? TextOf(ValueSyntax? value) => (value as StringValueSyntax)?.Value;

    /// <summary>The strings of an array; other items are skipped.</summary>
    public static IEnumerable<(string Text, ArrayItemSyntax Item)> Strings(ValueSyntax? value)
    {
        if (value is not ArraySyntax array)
            yield break;
        foreach (ArrayItemSyntax item in array.Items)
        {
            if (TextOf(item.Value) is { } text)
                yield return (text, item);
        }
    }

    /// <summary>A text as a TOML string; a literal string without escapes if possible.</summary>
    public static string Quote(string text)
    {
        if (!text.Contains('\'', StringComparison.Ordinal) && !text.Any(char.IsControl))
            return $"'{text}'";
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c))
                quoted.Append($"\\u{(int)c:X4}");
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    public void ReplaceValue(ValueSyntax value, string text) =>
        Replace(value.Span.Start.Offset, value.Span.End.Offset + 1, text);

    /// <summary>Appends an item to an array, on its own line if the other items have their own lines.</summary>
    public void AddItem(ArraySyntax array, string text)
    {
        if (array.Items.ChildrenCount == 0)
        {
            Replace(array.Span.Start.Offset + 1, array.Span.Start.Offset + 1, text);
            return;
        }
        ArrayItemSyntax last = array.Items.GetChild(array.Items.ChildrenCount - 1)!;
        int end = last.Value!.Span.End.Offset + 1;
        if (LineOf(last, array) is not { } line)
        {
            Replace(end, end, $", {text}");
            return;
        }
        // The item goes after the whole line, so that a comment stays with its item, unless the array closes on that
        // line.
        int below = EndOfLine(end);
        string indent = Text[line..last.Span.Start.Offset];
        if (below > array.Span.End.Offset)
        {
            Replace(end, end, $",{Newline}{indent}{text}");
            return;
        }
        bool hasComma = last.Comma is not null;
        Replace(end, below, $"{(hasComma ? "" : ",")}{Text[end..below]}{indent}{text}{(hasComma ? "," : "")}{Newline}");
    }

    public void RemoveItem(ArraySyntax array, ArrayItemSyntax item)
    {
        int index = 0;
        while (!ReferenceEquals(array.Items.GetChild(index), item))
            index++;
        int start = item.Span.Start.Offset,
            end = item.Span.End.Offset + 1,
            below = EndOfLine(end);
        if (
            LineOf(item, array) is { } line
            && below <= array.Span.End.Offset
            && string.IsNullOrWhiteSpace(Text[end..below])
        )
        {
            Replace(line, below, "");
        }
        else if (index > 0)
        {
            Replace(array.Items.GetChild(index - 1)!.Value!.Span.End.Offset + 1, item.Value!.Span.End.Offset + 1, "");
        }
        else if (array.Items.ChildrenCount > 1)
        {
            Replace(start, array.Items.GetChild(1)!.Span.Start.Offset, "");
        }
        else
        {
            Replace(
                start,
                string.IsNullOrWhiteSpace(Text[end..array.Span.End.Offset]) ? array.Span.End.Offset : end,
                ""
            );
        }
    }

    /// <summary>The start of the line of an item, if the item is alone on it.</summary>
    private int? LineOf(ArrayItemSyntax item, ArraySyntax array)
    {
        int start = item.Span.Start.Offset,
            line = Text.LastIndexOf('\n', start) + 1;
        return line > array.Span.Start.Offset && string.IsNullOrWhiteSpace(Text[line..start]) ? line : null;
    }

    /// <summary>Adds <c>key = value</c> after the last key of a table, with the same indentation.</summary>
    public void AddKey(TomlTable table, string key, string value)
    {
        (int at, string indent) = PlaceOfNextKey(table);
        bool isLineMissing = at > 0 && Text[at - 1] != '\n';
        Replace(at, at, $"{(isLineMissing ? Newline : "")}{indent}{key} = {value}{Newline}");
    }

    /// <summary>Adds a key to a table that has its own header or braces.</summary>
    /// <returns>False if the table exists only through dotted keys.</returns>
    public bool TryAddKey(TomlValue table, string key, string value)
    {
        if (table.Syntax is InlineTableSyntax inline)
        {
            Replace(InlineTableEdit.Addition(inline, key, value));
            return true;
        }
        if (table.Header is { } header)
            AddKey(header, key, value);
        return table.Header is not null;
    }

    private (int Offset, string Indent) PlaceOfNextKey(TomlTable table)
    {
        if (table.Keys is [.., var last])
            return (EndOfLine(last.Value!.Span.End.Offset), Indent(last.Span.Start.Offset));
        if (table.Syntax is { } header)
            return (EndOfLine(header.CloseBracket!.Span.End.Offset), Indent(header.Span.Start.Offset));
        return (0, "");
    }

    /// <summary>Removes a key of a table, in an inline table with its comma.</summary>
    public void RemoveKey(TomlValue table, KeyValueSyntax pair)
    {
        if (table.Syntax is InlineTableSyntax inline)
            Replace(InlineTableEdit.Removal(inline, pair));
        else
            RemoveKey(pair);
    }

    public void RemoveKey(KeyValueSyntax pair)
    {
        int start = pair.Span.Start.Offset;
        Replace(start - Indent(start).Length, EndOfLine(pair.Value!.Span.End.Offset), "");
    }

    /// <summary>Creates an error with the position of a part of the document.</summary>
    public HelperException Error(SyntaxNodeBase place, string what, string hint) =>
        new(
            FailureKind.Configuration,
            $"{_path}:{place.Span.Start.Line + 1}:{place.Span.Start.Column + 1}: {what}",
            hint
        );

    private int EndOfLine(int offset)
    {
        int end = Text.IndexOf('\n', offset);
        return end < 0 ? Text.Length : end + 1;
    }

    private string Indent(int offset)
    {
        int line = Text.LastIndexOf('\n', Math.Max(0, offset - 1)) + 1;
        return offset > line && string.IsNullOrWhiteSpace(Text[line..offset]) ? Text[line..offset] : "";
    }

    private void Replace((int Start, int End, string Text) change) => Replace(change.Start, change.End, change.Text);

    private void Replace(int start, int end, string text)
    {
        Text = string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(end));
        Document = ParseText();
        Tables = Read();
        Root = TomlValue.Of(_path, Tables);
    }

    private List<TomlTable> Read()
    {
        foreach (DiagnosticMessage message in Document.Diagnostics)
        {
            if (message.Kind != DiagnosticMessageKind.Error)
                continue;
            throw new HelperException(
                FailureKind.Configuration,
                $"{_path}:{message.Span.Start.Line + 1}:{message.Span.Start.Column + 1}: this is not valid "
                    + $"TOML{TomlProblem.Of(message.Message)}",
                "fix that line; nothing was changed"
            );
        }
        var tables = new List<TomlTable> { new([], false, null, [.. Document.KeyValues]) };
        foreach (TableSyntaxBase table in Document.Tables)
            tables.Add(new TomlTable(TomlNames.Of(table.Name), table is TableArraySyntax, table, [.. table.Items]));
        return tables;
    }

    private DocumentSyntax ParseText()
    {
        try
        {
            return SyntaxParser.Parse(Text, _path, validate: true);
        }
        catch (Exception exception) when (exception is ArgumentException or TomlException)
        {
            // The first exception comes from the parser's own error message, the second from arrays that are nested too
            // deeply.
            string why =
                exception is ArgumentException ? "an escape in it is not a character" : "its nesting is too deep";
            throw new HelperException(
                FailureKind.Configuration,
                $"{_path}: this TOML cannot be read: {why}",
                "fix that file; nothing was changed",
                exception
            );
        }
    }
}
