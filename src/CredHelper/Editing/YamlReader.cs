namespace CredHelper.Editing;

/// <summary>Why a text cannot be read as YAML.</summary>
/// <param name="problem">A clause.</param>
/// <param name="line">Counted from 1.</param>
/// <param name="isValid">Whether it may be valid YAML that this reader does not support.</param>
internal sealed class YamlException(string problem, int line, bool isValid = false) : Exception(problem)
{
    public int Line => line;

    public bool IsValid => isValid;
}

/// <summary>
/// Reads the subset of YAML that configuration files use, including JSON: block and flow collections, scalars of all
/// styles, and comments. Anchors, aliases, tags, keys that are not scalars and further documents are refused, so that
/// nothing is misread.
/// </summary>
internal sealed class YamlReader
{
    private const int DeepestNesting = 64;

    private readonly YamlScalars _text;
    private int _depth;

    private YamlReader(string text) => _text = new YamlScalars(text);

    /// <summary>Reads the first document; null if the text is empty.</summary>
    /// <exception cref="YamlException">It is not in this subset.</exception>
    public static YamlNode? Read(string text) => new YamlReader(text).ReadDocument();

    private YamlNode? ReadDocument()
    {
        _text.SkipToContent();
        if (_text.Peek() == '%' && _text.Column == 0)
            throw _text.NotRead("a directive");
        if (_text.IsMarker("---"))
        {
            _text.At += 3;
            _text.SkipToContent();
        }
        if (_text.IsAtEnd || _text.IsMarker("..."))
            return null;
        YamlNode root = ReadBlock(-1);
        _text.SkipToContent();
        if (_text.IsMarker("..."))
        {
            _text.At += 3;
            _text.SkipToContent();
        }
        if (_text.IsMarker("---"))
            throw _text.NotRead("a second document");
        return _text.IsAtEnd ? root : throw _text.Wrong("this line does not belong to the lines above it");
    }

    /// <param name="parent">The column that the block must be indented beyond.</param>
    private YamlNode ReadBlock(int parent)
    {
        if (++_depth > DeepestNesting)
            throw _text.NotRead("nesting of more than 64 levels");
        YamlNode node = _text.IsItem() ? ReadList(_text.Column) : ReadMapOrScalar(parent);
        _depth--;
        return node;
    }

    private YamlNode ReadMapOrScalar(int parent)
    {
        int start = _text.At;
        if (_text.TryName() is not null)
        {
            _text.At = start;
            return ReadMap(_text.Column);
        }
        _text.At = start;
        return ReadValue(parent);
    }

    private YamlNode ReadList(int column)
    {
        var list = new YamlNode(YamlKind.List, _text.At, _text.Line);
        do
        {
            int hyphen = _text.At;
            _text.At++;
            YamlNode value = ReadBehind(column, allowsCollection: true, listColumn: int.MaxValue);
            list.Add(new YamlItem(hyphen, value));
            list.End = Math.Max(value.End, hyphen + 1);
        } while (_text.MovesTo(column) && _text.IsItem());
        return list;
    }

    private YamlNode ReadMap(int column)
    {
        var map = new YamlNode(YamlKind.Map, _text.At, _text.Line);
        do
        {
            int start = _text.At;
            if (_text.IsItem())
                throw _text.Wrong("a list item is among the keys of a mapping");
            string name = _text.TryName() ?? throw _text.Wrong("a colon is missing");
            int colon = _text.At;
            YamlNode value = ReadBehind(column, allowsCollection: false, listColumn: column);
            map.Add(new YamlMember(name, start, value));
            map.End = Math.Max(value.End, colon);
        } while (_text.MovesTo(column));
        return map;
    }

    /// <summary>Reads the value after a hyphen or colon, on the same line or the lines below.</summary>
    /// <param name="column">The column of the enclosing collection.</param>
    /// <param name="allowsCollection">Whether a collection may begin on the same line.</param>
    /// <param name="listColumn">The column at which a list may begin without further indentation.</param>
    private YamlNode ReadBehind(int column, bool allowsCollection, int listColumn)
    {
        int behind = _text.At;
        YamlNode nothing = new(YamlKind.Null, behind, _text.Line);
        _text.SkipBlanks();
        if (allowsCollection && _text.HasTabSince(behind))
            throw _text.Wrong("a tab follows the hyphen");
        if (!_text.IsAtLineEnd)
        {
            if (allowsCollection)
                return ReadBlock(column);
            if (_text.IsItem())
                throw _text.Wrong("a list begins on the line of a key");
            return ReadValue(column);
        }
        _text.SkipToContent();
        bool isBelow =
            !_text.IsAtEnd
            && !_text.IsAnyMarker
            && (_text.Column > column || (_text.Column == listColumn && _text.IsItem()));
        if (isBelow)
            return ReadBlock(_text.Column == listColumn ? column - 1 : column);
        _text.At = behind;
        return nothing;
    }

    /// <summary>A scalar, or a collection in braces or brackets.</summary>
    private YamlNode ReadValue(int parent)
    {
        YamlNode node = _text.Peek() switch
        {
            '{' or '[' => ReadFlow(),
            '|' or '>' => _text.ReadBlockScalar(parent),
            _ => _text.ReadScalar(parent, isFlow: false),
        };
        _text.SkipBlanks();
        return _text.IsAtLineEnd ? node : throw _text.Wrong("there is more text after the value");
    }

    private YamlNode ReadFlow()
    {
        if (++_depth > DeepestNesting)
            throw _text.NotRead("nesting of more than 64 levels");
        bool isMap = _text.Peek() == '{';
        char close = isMap ? '}' : ']';
        var node = new YamlNode(isMap ? YamlKind.Map : YamlKind.List, _text.At++, _text.Line) { IsFlow = true };
        _text.SkipInFlow();
        while (_text.Peek() != close)
        {
            int start = _text.At;
            if (isMap)
                node.Add(ReadFlowMember(start));
            else
                node.Add(new YamlItem(start, ReadFlowValue()));
            _text.SkipInFlow();
            if (_text.Peek() == ',')
                _text.At++;
            else if (_text.Peek() != close)
                throw _text.Wrong($"a comma or {close} is missing");
            _text.SkipInFlow();
        }
        node.End = ++_text.At;
        _depth--;
        return node;
    }

    private YamlMember ReadFlowMember(int start)
    {
        bool isPlain = _text.Peek() is not ('\'' or '"');
        string name = _text.ReadScalar(-1, isFlow: true).Text;
        _text.SkipBlanks();
        if (_text.Peek() != ':')
            throw _text.Wrong("a colon is missing");
        _text.At++;
        if (isPlain && YamlScalars.OfFlow.Contains(_text.Peek()))
            throw _text.Wrong("a blank is missing after the colon");
        _text.SkipInFlow();
        return new YamlMember(
            name,
            start,
            _text.Peek() is ',' or '}' ? new YamlNode(YamlKind.Null, _text.At, _text.Line) : ReadFlowValue()
        );
    }

    private YamlNode ReadFlowValue()
    {
        YamlNode value = _text.Peek() is '{' or '[' ? ReadFlow() : _text.ReadScalar(-1, isFlow: true);
        int end = _text.At;
        _text.SkipInFlow();
        if (_text.Peek() == ':')
            throw _text.NotRead("a key in a list in brackets");
        _text.At = end;
        return value;
    }
}
