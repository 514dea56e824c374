using CredHelper.Errors;
using Tomlyn.Syntax;

namespace CredHelper.Editing;

internal enum TomlKind
{
    String,
    Integer,
    Float,
    Boolean,
    Time,
    Array,
    Table,
}

/// <summary>A key of a table with its position and its value.</summary>
/// <param name="Pair">The key/value pair, or null for a table made by a header or by dotted keys.</param>
internal sealed record TomlMember(string Name, TomlValue Value, KeyValueSyntax? Pair);

/// <summary>
/// A value of a TOML document, whether it is written with a header, with dotted keys or inline; decoders treat these
/// the same.
/// </summary>
internal sealed class TomlValue
{
    private readonly List<TomlMember> _members = [];
    private readonly List<TomlValue> _items = [];

    private TomlValue(TomlKind kind, int line, ValueSyntax? syntax = null)
    {
        Kind = kind;
        Line = line;
        Syntax = syntax;
    }

    public TomlKind Kind { get; }

    /// <summary>Counted from 1.</summary>
    public int Line { get; }

    /// <summary>The value itself, or null for a table made by headers or dotted keys.</summary>
    public ValueSyntax? Syntax { get; }

    /// <summary>The header with the keys below it, or null if the table has no header.</summary>
    public TomlTable? Header { get; private set; }

    /// <summary>Whether it is written with a header, <c>[name]</c> or <c>[[name]]</c>.</summary>
    public bool IsHeader => Kind == TomlKind.Array ? Syntax is null : Header is not null;

    public IReadOnlyList<TomlMember> Members => _members;

    public IReadOnlyList<TomlValue> Items => _items;

    public string? Text => TomlSource.TextOf(Syntax);

    public bool? Flag => (Syntax as BooleanValueSyntax)?.Value;

    public long? Integer => (Syntax as IntegerValueSyntax)?.Value;

    /// <summary>The strings of an array; other items are skipped.</summary>
    public IReadOnlyList<string> Texts => [.. _items.Select(item => item.Text).OfType<string>()];

    /// <summary>Finds a key as Go's decoder finds a field: by its exact name, otherwise regardless of case.</summary>
    public TomlMember? Find(string name) =>
        _members.Find(member => member.Name == name)
        ?? _members.Find(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The value of a key, or of a key in nested tables.</summary>
    public TomlValue? At(params ReadOnlySpan<string> names)
    {
        TomlValue? value = this;
        foreach (string name in names)
            value = value?.Find(name)?.Value;
        return value;
    }

    public string? TextAt(params ReadOnlySpan<string> names) => At(names)?.Text;

    public IReadOnlyList<string> TextsAt(params ReadOnlySpan<string> names) => At(names)?.Texts ?? [];

    /// <param name="path">The path of the file, for error messages.</param>
    /// <exception cref="HelperException">A key is defined twice.</exception>
    public static TomlValue Of(string path, IReadOnlyList<TomlTable> tables)
    {
        var root = new TomlValue(TomlKind.Table, 1);
        foreach (TomlTable table in tables)
        {
            int line = LineOf(table.Syntax);
            TomlValue parent = root;
            for (int i = 0; i < table.Header.Count - 1; i++)
                parent = parent.Enter(path, table.Header[i], line);
            TomlValue target = root;
            if (table.Header is [.., var last])
                target = table.IsArrayItem ? parent.Append(path, last, line) : parent.Enter(path, last, line);
            target.Header = table;
            foreach (KeyValueSyntax pair in table.Keys)
                target.Add(path, pair);
        }
        return root;
    }

    private static int LineOf(SyntaxNode? node) => (node?.Span.Start.Line ?? 0) + 1;

    private static TomlValue Of(string path, ValueSyntax? syntax)
    {
        TomlKind kind = syntax switch
        {
            IntegerValueSyntax => TomlKind.Integer,
            FloatValueSyntax => TomlKind.Float,
            BooleanValueSyntax => TomlKind.Boolean,
            DateTimeValueSyntax => TomlKind.Time,
            ArraySyntax => TomlKind.Array,
            InlineTableSyntax => TomlKind.Table,
            _ => TomlKind.String,
        };
        var value = new TomlValue(kind, LineOf(syntax), syntax);
        if (syntax is ArraySyntax array)
            value._items.AddRange(array.Items.Select(item => Of(path, item.Value)));
        if (syntax is InlineTableSyntax table)
        {
            foreach (InlineTableItemSyntax item in table.Items)
                value.Add(path, item.KeyValue!);
        }
        return value;
    }

    private void Add(string path, KeyValueSyntax pair)
    {
        string[] names = TomlNames.Of(pair.Key);
        int line = LineOf(pair);
        TomlValue table = this;
        foreach (string name in names[..^1])
            table = table.Enter(path, name, line);
        if (table._members.Find(member => member.Name == names[^1]) is { } before)
            throw Twice(path, names[^1], line, before.Value.Line);
        table._members.Add(new TomlMember(names[^1], Of(path, pair.Value), pair));
    }

    /// <summary>The table of a name; the last one if there are several.</summary>
    private TomlValue Enter(string path, string name, int line)
    {
        TomlValue? value = _members.Find(member => member.Name == name)?.Value;
        if (value is null)
        {
            value = new TomlValue(TomlKind.Table, line);
            _members.Add(new TomlMember(name, value, null));
        }
        if (value is { Kind: TomlKind.Array, Syntax: null })
            return value._items[^1];
        return value is { Kind: TomlKind.Table, Syntax: null } ? value : throw Twice(path, name, line, value.Line);
    }

    private TomlValue Append(string path, string name, int line)
    {
        TomlValue? value = _members.Find(member => member.Name == name)?.Value;
        if (value is null)
        {
            value = new TomlValue(TomlKind.Array, line);
            _members.Add(new TomlMember(name, value, null));
        }
        if (value is not { Kind: TomlKind.Array, Syntax: null })
            throw Twice(path, name, line, value.Line);
        var item = new TomlValue(TomlKind.Table, line);
        value._items.Add(item);
        return item;
    }

    private static HelperException Twice(string path, string name, int line, int before) =>
        new(
            FailureKind.Configuration,
            $"{path}:{line}: this is not valid TOML: {ForeignText.Clean(name)} is already defined on line {before}",
            "remove one of the two; nothing was changed"
        );
}
