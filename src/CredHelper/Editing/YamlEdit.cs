using System.Text;
using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>
/// A YAML or JSON document that is edited in its text, including lists. An item of a list is found by its text or, if
/// it is a mapping, by its <c>name</c>.
/// </summary>
/// <param name="lists">The names whose values are lists, for additions.</param>
internal sealed class YamlEdit : IEditableText
{
    private const string ByteOrderMark = "\uFEFF";

    private readonly string _path;
    private readonly IReadOnlyCollection<string> _lists;
    private readonly string _mark;
    private readonly bool _isJson;
    private string _text;
    private YamlNode? _root;

    private YamlEdit(string path, string text, IReadOnlyCollection<string> lists)
    {
        _path = path;
        _lists = lists;
        _mark = text.StartsWith(ByteOrderMark, StringComparison.Ordinal) ? ByteOrderMark : "";
        _text = text[_mark.Length..];
        _isJson = _text.AsSpan().TrimStart() is ['{', ..];
        Read();
    }

    /// <exception cref="HelperException">It cannot be read; the message has the line.</exception>
    public static YamlEdit Parse(string path, byte[] content, IReadOnlyCollection<string> lists)
    {
        try
        {
            return new YamlEdit(path, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content), lists);
        }
        catch (DecoderFallbackException exception)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{path} is not UTF-8 text",
                "convert it to UTF-8; nothing was changed",
                exception
            );
        }
    }

    private string Newline => _text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <inheritdoc cref="YamlLayout.Notation"/>
    public string Notation(string text) => Layout.Notation(text);

    private YamlLayout Layout => new(_lists, Newline, IndentUnit, _isJson);

    public string? Find(params ReadOnlySpan<string> path) =>
        Locate(path) is { } place ? _text[place.Value.Start..place.Value.End] : null;

    public void Put(string value, params ReadOnlySpan<string> path)
    {
        RequireLists(path);
        if (Locate(path) is { } found)
        {
            bool isLeftOut = found.Value.Start == found.Value.End;
            Replace(found.Value.Start, found.Value.End, isLeftOut ? $" {value}" : value);
            return;
        }
        int depth = DepthOfLast(path);
        YamlNode? parent = depth == 0 ? _root : Locate(path[..depth])!.Value;
        bool isList = depth > 0 && _lists.Contains(path[depth - 1]);
        if (parent is not null && parent.Kind != (isList ? YamlKind.List : YamlKind.Map))
            throw Broken(parent.Line, $"{string.Join('.', path[..depth].ToArray())} is {parent.KindText}");
        Add(parent, Locate(path[..(depth + 1)]), path[depth..], value, isList);
    }

    /// <summary>The number of names of a path that exist as collections.</summary>
    private int DepthOfLast(ReadOnlySpan<string> path)
    {
        int depth = path.Length - 1;
        while (depth > 0 && (Locate(path[..depth]) is not { } place || place.Value.Kind == YamlKind.Null))
            depth--;
        return depth;
    }

    /// <param name="empty">The first missing name, if it exists without a value.</param>
    private void Add(YamlNode? parent, Place? empty, ReadOnlySpan<string> rest, string value, bool isList)
    {
        if (empty is not null)
            PutInto(empty, parent!, rest, value);
        else if (parent is null)
            Append(Layout.Block(rest, value, 0, isItem: false));
        else if (parent.IsFlow)
            AddToFlow(parent, rest, value, isList);
        else
            AddToBlock(parent, rest, value, isList);
    }

    public void Remove(params ReadOnlySpan<string> path)
    {
        if (Locate(path) is not { } found)
            return;
        if (found.Parent.IsFlow)
            RemoveFromFlow(found);
        else
            RemoveFromBlock(found);
    }

    public IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path) =>
        IEditableText.MissingParents(this, path);

    public void RemoveIfEmpty(params ReadOnlySpan<string> path)
    {
        if (Locate(path) is not { } found)
            return;
        bool isNamedItem = found.Parent.Kind == YamlKind.List && found.Value.Members is [{ Name: YamlLayout.Name }];
        if (isNamedItem || IsEmpty(found.Value))
            Remove(path);
    }

    /// <summary>
    /// Compares scalars by their meaning, however they are quoted, and other values as they are written.
    /// </summary>
    public bool IsSame(string? first, string? second) =>
        first == second
        || (
            first is not null
            && second is not null
            && YamlLayout.ScalarOf(first) is { } one
            && YamlLayout.ScalarOf(second) is { } other
            && (one.Kind, one.Text) == (other.Kind, other.Text)
        );

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_mark + _text);

    /// <summary>A value with the collection that contains it.</summary>
    /// <param name="Index">The index among the members or items of its parent.</param>
    private sealed record Place(YamlNode Parent, int Index)
    {
        public YamlNode Value => Parent.Kind == YamlKind.Map ? Parent.Members[Index].Value : Parent.Items[Index].Value;

        public int Start => Parent.StartOf(Index);
    }

    private static bool IsEmpty(YamlNode node) =>
        node.Kind is YamlKind.Null || (node.Kind is YamlKind.Map or YamlKind.List && node.Count == 0);

    private Place? Locate(ReadOnlySpan<string> path)
    {
        YamlNode? node = _root;
        Place? found = null;
        foreach (string name in path)
        {
            int index = node is null ? -1 : IndexOf(node, name);
            if (index < 0)
                return null;
            found = new Place(node!, index);
            node = found.Value;
        }
        return found;
    }

    private int IndexOf(YamlNode parent, string name)
    {
        int found = -1;
        for (int i = 0; i < parent.Count; i++)
        {
            bool isIt =
                parent.Kind == YamlKind.Map
                    ? parent.Members[i].Name == name
                    : parent.Items[i].Value is var item && (item.TextOf(YamlLayout.Name) ?? item.Text) == name;
            if (isIt && found >= 0 && parent.Kind == YamlKind.Map)
                throw Broken(parent.Members[i].Value.Line, $"{ForeignText.Clean(name)} is defined twice");
            if (isIt && found < 0)
                found = i;
        }
        return found;
    }

    private void RequireLists(ReadOnlySpan<string> path)
    {
        for (int depth = 1; depth < path.Length && Locate(path[..depth]) is { Value: var value }; depth++)
        {
            if (_lists.Contains(path[depth - 1]) && value.Kind is not (YamlKind.List or YamlKind.Null))
                throw Broken(value.Line, $"{path[depth - 1]} is {value.KindText}");
        }
    }

    private void PutInto(Place empty, YamlNode parent, ReadOnlySpan<string> rest, string value)
    {
        if (parent.IsFlow || empty.Value.Kind != YamlKind.Null)
            throw Broken(empty.Value.Line, $"{ForeignText.Clean(rest[0])} has no value");
        int indent = TextLines.ColumnOf(_text, empty.Start) + 2;
        bool isItem = _lists.Contains(rest[0]);
        string block = Newline + Layout.Block(rest[1..], value, indent, isItem);
        int end = TextLines.EndOfLine(_text, empty.Value.End);
        // The new value goes after a comment on that line; an empty value such as ~ is replaced.
        string comment = _text[empty.Value.End..end];
        Replace(empty.Value.Start, end, comment.TrimEnd() + block);
    }

    private void AddToBlock(YamlNode parent, ReadOnlySpan<string> rest, string value, bool isItem)
    {
        int column = TextLines.ColumnOf(_text, parent.StartOf(0)),
            end = TextLines.EndOfLine(_text, parent.End);
        Replace(end, end, Newline + Layout.Block(rest, value, column, isItem));
    }

    private void AddToFlow(YamlNode parent, ReadOnlySpan<string> rest, string value, bool isItem)
    {
        bool isLines = _text[parent.Start..parent.End].Contains('\n');
        if (parent.Count > 0)
        {
            // The layout between two members is the blanks after the comma, or after the brace for the first one.
            int last = parent.StartOf(parent.Count - 1),
                blank = last;
            while (_text[blank - 1] is ' ' or '\t' or '\n' or '\r')
                blank--;
            int end = parent.Kind == YamlKind.Map ? parent.Members[^1].Value.End : parent.Items[^1].Value.End;
            string blanks = _text[blank..last];
            string indent = isLines ? blanks[(blanks.LastIndexOf('\n') + 1)..] : "";
            Replace(
                end,
                end,
                $",{(parent.Count == 1 && !isLines ? " " : blanks)}{Layout.Flow(rest, value, indent, isLines, isItem)}"
            );
            return;
        }
        // An empty JSON document, which setup creates, is written over several lines.
        isLines |= parent == _root;
        string outer = TextLines.IndentOf(_text, parent.Start),
            inner = outer + IndentUnit;
        string text = Layout.Flow(rest, value, isLines ? inner : "", isLines, isItem);
        Replace(parent.Start + 1, parent.End - 1, isLines ? $"{Newline}{inner}{text}{Newline}{outer}" : text);
    }

    private void RemoveFromFlow(Place found)
    {
        YamlNode parent = found.Parent;
        if (found.Index + 1 < parent.Count)
        {
            Replace(found.Start, parent.StartOf(found.Index + 1), "");
        }
        else if (found.Index > 0)
        {
            YamlNode before = new Place(parent, found.Index - 1).Value;
            Replace(before.End, found.Value.End, "");
        }
        else
        {
            Replace(parent.Start + 1, parent.End - 1, "");
        }
    }

    private void RemoveFromBlock(Place found)
    {
        int line = _text.LastIndexOf('\n', Math.Max(0, found.Start - 1)) + 1,
            end = TextLines.NextLine(_text, found.Value.End);
        if (found.Start == 0)
            line = 0;
        // In a file without a final line end, the line end before the last line is removed with it.
        else if (end == _text.Length && !_text.EndsWith('\n') && line > 0)
            line = TextLines.EndOfLine(_text, TextLines.LineOf(_text, line - 1));
        if (string.IsNullOrWhiteSpace(_text[line..found.Start]) || found.Start == 0)
        {
            Replace(line, end, "");
            return;
        }
        // The value begins on the line of a hyphen, so the next member takes its place.
        if (found.Index + 1 >= found.Parent.Count)
            throw Broken(found.Value.Line, "its layout does not allow it to be changed safely");
        Replace(found.Start, found.Parent.StartOf(found.Index + 1), "");
    }

    private string IndentUnit =>
        _root is { Members: [var first, ..] } && TextLines.IndentOf(_text, first.Start) is { Length: > 0 } indent
            ? indent
            : "  ";

    private void Append(string block) =>
        Replace(
            _text.Length,
            _text.Length,
            (_text.Length == 0 || _text.EndsWith('\n') ? "" : Newline) + block + Newline
        );

    private void Replace(int start, int end, string text)
    {
        _text = string.Concat(_text.AsSpan(0, start), text, _text.AsSpan(end));
        Read();
    }

    private void Read()
    {
        try
        {
            _root = YamlReader.Read(_text);
        }
        catch (YamlException exception)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{_path}:{exception.Line}: {exception.Message}",
                exception.IsValid ? "edit it by hand; nothing was changed" : "fix that line; nothing was changed",
                exception
            );
        }
    }

    private HelperException Broken(int line, string what) =>
        new(FailureKind.Configuration, $"{_path}:{line}: {what}", "edit it by hand; nothing was changed");
}
