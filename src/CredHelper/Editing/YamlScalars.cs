using System.Globalization;
using System.Text;

namespace CredHelper.Editing;

/// <summary>Reads scalars at the current position of a YAML text.</summary>
internal sealed class YamlScalars(string text) : YamlText(text)
{
    private const string Indicators = ",[]{}#&*!|>'\"%@`";
    public const string OfFlow = ",[]{}";

    /// <summary>Reads the name of a mapping's member with its colon; null if there is none at this position.</summary>
    public string? TryName()
    {
        int line = Line;
        string name;
        switch (Peek())
        {
            case '{' or '[' or '|' or '>':
                return null;
            case '\'' or '"':
                name = ReadScalar(-1, isFlow: true).Text;
                break;
            case '?' when IsBlankOrEnd(Peek(1)):
                throw NotRead("a key that is not a scalar");
            default:
                int end = EndOfPlain(At, isFlow: false);
                RefuseIndicator(isFlow: false);
                name = Text[At..end].TrimEnd();
                At += name.Length;
                break;
        }
        SkipBlanks();
        if (Peek() != ':' || !IsBlankOrEnd(Peek(1)) || Line != line)
            return null;
        At++;
        return name == "<<" ? throw NotRead("a merge of mappings") : name;
    }

    /// <param name="parent">The column that further lines must be indented beyond.</param>
    public YamlNode ReadScalar(int parent, bool isFlow)
    {
        int start = At,
            line = Line;
        char quote = Peek();
        if (quote is '\'' or '"')
        {
            string quoted = quote == '"' ? ReadDouble() : ReadSingle();
            return new YamlNode(YamlKind.String, start, line) { Text = quoted, End = At };
        }
        string plain = ReadPlain(parent, isFlow);
        return new YamlNode(YamlNode.KindOf(plain), start, line) { Text = plain, End = At };
    }

    /// <summary>Reads a literal block scalar (<c>|</c>): the lines indented beyond a column.</summary>
    public YamlNode ReadBlockScalar(int parent)
    {
        int start = At,
            line = Line,
            end = EndOfLine(At);
        if (parent < 0)
            throw NotRead("a block scalar instead of a collection");
        string header = Text[At..end].Split(" #")[0].Trim();
        if (header is not ("|" or "|-"))
            throw NotRead($"a block scalar with {header}");
        var lines = new List<string>();
        At = NextLine(At);
        int first = At,
            indent = MovesToBlock();
        At = first;
        while (!IsAtEnd)
        {
            string content = Text[At..EndOfLine(At)];
            if (content.Trim().Length > 0)
            {
                if (indent <= parent || WidthOf(content) < indent)
                    break;
                end = EndOfLine(At);
            }
            lines.Add(content.Length > indent ? content[indent..] : "");
            At = NextLine(At);
        }
        At = end;
        string value = string.Join('\n', lines).TrimEnd('\n');
        if (header == "|" && value.Length > 0 && end < Text.Length)
            value += "\n";
        return new YamlNode(YamlKind.String, start, line) { Text = value, End = end };
    }

    /// <summary>Moves to the first line of a block scalar that is not empty, and returns its column.</summary>
    private int MovesToBlock()
    {
        int widest = 0;
        for (; !IsAtEnd; At = NextLine(At))
        {
            string content = Text[At..EndOfLine(At)];
            int width = WidthOf(content);
            if (width < content.Length && content[width] == '\t')
                throw Wrong(IndentedWithTab);
            if (content.Trim().Length > 0)
                return width >= widest ? width : throw Wrong("an empty line above it has more blanks than it");
            widest = Math.Max(widest, width);
        }
        return widest;
    }

    private static int WidthOf(string line) => line.Length - line.TrimStart(' ').Length;

    private string ReadPlain(int parent, bool isFlow)
    {
        RefuseIndicator(isFlow);
        var plain = new StringBuilder();
        do
        {
            string part = Text[At..EndOfPlain(At, isFlow)].TrimEnd();
            plain.Append(part);
            At += part.Length;
        } while (!isFlow && GoesOn(parent, plain));
        int end = At;
        SkipBlanks();
        if (!isFlow && Peek() == ':' && IsBlankOrEnd(Peek(1)))
            throw Wrong("a mapping begins within a text without quotes");
        At = end;
        return plain.ToString();
    }

    /// <summary>Whether the text continues on a further line; if so, the position moves there.</summary>
    private bool GoesOn(int parent, StringBuilder plain)
    {
        int before = At,
            line = Line;
        SkipBlanks();
        bool isLineEnd = Peek() is '\n' or '\r';
        if (isLineEnd)
            SkipEmptyLines(parent);
        if (!isLineEnd || IsAtEnd || Column <= parent || Peek() == '#' || IsAnyMarker)
        {
            At = before;
            return false;
        }
        int breaks = Line - line;
        plain.Append(breaks > 1 ? new string('\n', breaks - 1) : " ");
        return true;
    }

    private void RefuseIndicator(bool isFlow)
    {
        char first = Peek();
        if (first is '&' or '*' or '!')
            throw NotRead(first == '!' ? "a tag" : "an anchor or alias");
        if (first == ':' && !IsBlankOrEnd(Peek(1)))
            throw NotRead("a text that begins with a colon");
        bool isIndicator =
            Indicators.Contains(first)
            || (first is '-' or '?' or ':' && (IsBlankOrEnd(Peek(1)) || (isFlow && OfFlow.Contains(Peek(1)))));
        if (IsAtLineEnd || isIndicator)
            throw Wrong(IsAtLineEnd ? "a value is missing" : $"a text without quotes cannot begin with {first}");
    }

    private int EndOfPlain(int start, bool isFlow)
    {
        int end = start;
        while (end < Text.Length && !EndsPlain(start, end, isFlow))
            end++;
        return end;
    }

    private bool EndsPlain(int start, int at, bool isFlow)
    {
        char next = at + 1 < Text.Length ? Text[at + 1] : '\0';
        return Text[at] switch
        {
            '\n' or '\r' => true,
            ':' => IsBlankOrEnd(next) || (isFlow && OfFlow.Contains(next)),
            '#' => at > start && Text[at - 1] is ' ' or '\t',
            var c => isFlow && OfFlow.Contains(c),
        };
    }

    private string ReadSingle()
    {
        var value = new StringBuilder();
        At++;
        while (true)
        {
            char next = Next();
            if (next == '\'' && Peek() == '\'')
                At++;
            else if (next == '\'')
                return value.ToString();
            if (next is '\n' or '\r')
                Fold(value);
            else
                value.Append(next);
        }
    }

    private string ReadDouble()
    {
        var value = new StringBuilder();
        int escaped = 0;
        At++;
        while (true)
        {
            char next = Next();
            switch (next)
            {
                case '"':
                    return value.ToString();
                case '\\':
                    value.Append(ReadEscape());
                    escaped = value.Length;
                    break;
                case '\n' or '\r':
                    Fold(value, escaped);
                    break;
                default:
                    value.Append(next);
                    break;
            }
        }
    }

    private char Next() => IsAtEnd ? throw Wrong("a quote is not closed") : Text[At++];

    /// <summary>
    /// Folds line ends: one becomes a blank, several become one line end fewer. Blanks around them are dropped.
    /// </summary>
    /// <param name="kept">The length up to which blanks are kept, because they were escaped.</param>
    private void Fold(StringBuilder value, int kept = 0)
    {
        while (value.Length > kept && value[^1] is ' ' or '\t')
            value.Length--;
        string empty = ReadEmptyLines();
        value.Append(empty.Length > 0 ? empty : " ");
    }

    /// <summary>Moves over the empty lines after a line end that was read; returns a line end for each.</summary>
    private string ReadEmptyLines()
    {
        int from = At - 1;
        SkipEmptyLines();
        return new string('\n', Math.Max(Text.AsSpan(from, At - from).Count('\n') - 1, 0));
    }

    private string ReadEscape()
    {
        char kind = Next();
        int digits = kind switch
        {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if (digits > 0)
        {
            bool isNumber = int.TryParse(
                Text.AsSpan(At, Math.Min(digits, Text.Length - At)),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out int code
            );
            At = Math.Min(At + digits, Text.Length);
            if (isNumber && code <= char.MaxValue)
                return ((char)code).ToString();
            return isNumber && code <= 0x10FFFF ? char.ConvertFromUtf32(code) : throw Wrong("an escape is not valid");
        }
        if (kind is '\n' or '\r')
            return ReadEmptyLines();
        int plain = "0abtnvfre \"/\\N_LP\t".IndexOf(kind);
        return plain >= 0
            ? "\0\a\b\t\n\v\f\r\u001b \"/\\\u0085\u00a0\u2028\u2029\t"[plain].ToString()
            : throw Wrong("an escape is not valid");
    }
}
