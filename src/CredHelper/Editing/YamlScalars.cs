using System.Globalization;
using System.Text;

namespace CredHelper.Editing;

/// <summary>Reads scalars at the current position of a YAML text.</summary>
internal sealed class YamlScalars(string text) : YamlText(text)
{
    private const string Indicators = ",[]{}#&*!|>'\"%@`";

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
                RefuseIndicator();
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
        string header = Text[At..end].Split(" #")[0].Trim();
        if (header is not ("|" or "|-"))
            throw NotRead($"a block scalar with {header}");
        var lines = new List<string>();
        int indent = -1;
        At = NextLine(At);
        while (!IsAtEnd)
        {
            string content = Text[At..EndOfLine(At)];
            if (content.Trim().Length > 0)
            {
                int width = content.Length - content.TrimStart(' ').Length;
                indent = indent < 0 ? width : indent;
                if (width <= parent || width < indent)
                    break;
                end = EndOfLine(At);
            }
            lines.Add(indent >= 0 && content.Length > indent ? content[indent..] : "");
            At = NextLine(At);
        }
        At = end;
        string value = string.Join('\n', lines).TrimEnd('\n');
        if (header == "|" && value.Length > 0 && end < Text.Length)
            value += "\n";
        return new YamlNode(YamlKind.String, start, line) { Text = value, End = end };
    }

    private string ReadPlain(int parent, bool isFlow)
    {
        RefuseIndicator();
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
        SkipEmptyLines();
        if (!isLineEnd || IsAtEnd || Column <= parent || Peek() == '#' || IsAnyMarker)
        {
            At = before;
            return false;
        }
        int breaks = Line - line;
        plain.Append(breaks > 1 ? new string('\n', breaks - 1) : " ");
        return true;
    }

    private void RefuseIndicator()
    {
        char first = Peek();
        if (first is '&' or '*' or '!')
            throw NotRead(first == '!' ? "a tag" : "an anchor or alias");
        if (first == ':' && !IsBlankOrEnd(Peek(1)))
            throw NotRead("a text that begins with a colon");
        bool isIndicator = Indicators.Contains(first) || (first is '-' or '?' or ':' && IsBlankOrEnd(Peek(1)));
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
        const string OfFlow = ",[]{}";
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
                    break;
                case '\n' or '\r':
                    Fold(value);
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
    private void Fold(StringBuilder value)
    {
        int from = At - 1;
        while (value.Length > 0 && value[^1] is ' ' or '\t')
            value.Length--;
        SkipEmptyLines();
        int breaks = Text.AsSpan(from, At - from).Count('\n');
        value.Append(breaks > 1 ? new string('\n', breaks - 1) : " ");
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
        int plain = "0abtnvfre \"/\\N_LP\t".IndexOf(kind);
        if (kind is not ('\n' or '\r'))
        {
            return plain >= 0
                ? "\0\a\b\t\n\v\f\r\u001b \"/\\\u0085\u00a0\u2028\u2029\t"[plain].ToString()
                : throw Wrong("an escape is not valid");
        }
        SkipEmptyLines();
        return "";
    }
}
