using System.Text;
using CredHelper.Errors;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace CredHelper.Editing;

/// <summary>A table of a TOML document: its header as names, and the keys that stand right below it.</summary>
/// <param name="IsArrayItem">Whether it is one of <c>[[several]]</c>.</param>
internal sealed record TomlTable(
    IReadOnlyList<string> Header,
    bool IsArrayItem,
    TableSyntaxBase? Syntax,
    IReadOnlyList<KeyValueSyntax> Keys
);

/// <summary>
/// A TOML document with the place of everything in it: parsed by Tomlyn, changed in its text, so that comments and
/// layout stay as a person left them.
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
        // The parser counts without the mark, so the places it tells would be wrong by one.
        _hasMark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal);
        Text = _hasMark ? text[1..] : text;
        Document = ParseText();
        Tables = Read();
        Root = TomlValue.Of(path, Tables);
    }

    public string Text { get; private set; }

    /// <summary>In their order, the nameless one of the keys before the first header in front.</summary>
    public IReadOnlyList<TomlTable> Tables { get; private set; }

    /// <summary>The document as the parser read it, with its blanks and comments.</summary>
    public DocumentSyntax Document { get; private set; }

    /// <summary>The document as a decoder takes it.</summary>
    public TomlValue Root { get; private set; }

    public string Newline => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <param name="path">For messages.</param>
    /// <exception cref="HelperException">It is no TOML, with line and column.</exception>
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
                $"{path} is not UTF-8 text, which TOML has to be",
                "repair it; nothing was changed",
                exception
            );
        }
    }

    public byte[] ToBytes() => Strict.GetBytes(_hasMark ? ByteOrderMark + Text : Text);

    /// <summary>The key of a table by its names, written with dots or not; null where it has none.</summary>
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

    /// <summary>The strings of an array; items of another kind are passed over.</summary>
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

    /// <summary>A string in TOML's notation; literal, without any escape, where the text allows that.</summary>
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

    /// <summary>Adds an item behind the last one, on a line of its own where the others have theirs.</summary>
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
        // Behind the whole line, so that a comment stays with its item; the list may close on that very line, though.
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

    /// <summary>Where the line of an item begins, if it has one for itself.</summary>
    private int? LineOf(ArrayItemSyntax item, ArraySyntax array)
    {
        int start = item.Span.Start.Offset,
            line = Text.LastIndexOf('\n', start) + 1;
        return line > array.Span.Start.Offset && string.IsNullOrWhiteSpace(Text[line..start]) ? line : null;
    }

    /// <summary>Adds <c>key = value</c> behind the last key of a table, indented as that one is.</summary>
    public void AddKey(TomlTable table, string key, string value)
    {
        (int at, string indent) = PlaceOfNextKey(table);
        bool isLineMissing = at > 0 && Text[at - 1] != '\n';
        Replace(at, at, $"{(isLineMissing ? Newline : "")}{indent}{key} = {value}{Newline}");
    }

    /// <summary>Adds a key to a table that has a place of its own, a header or braces.</summary>
    /// <returns>Whether it has one; dots alone make none.</returns>
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

    /// <summary>Removes a key of a table, with its comma if that stands in braces.</summary>
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

    /// <summary>An error in words, at the place of something in the document.</summary>
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
                "repair that line; nothing was changed"
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
            // The first is the parser failing to word its own error; the second ends lists within lists within lists.
            string why = exception is ArgumentException ? "an escape in it is no character" : "it nests too deep";
            throw new HelperException(
                FailureKind.Configuration,
                $"{_path}: this is not TOML that can be read: {why}",
                "repair it; nothing was changed",
                exception
            );
        }
    }
}
