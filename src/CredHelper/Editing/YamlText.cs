namespace CredHelper.Editing;

/// <summary>A YAML text with a current position, which moves over blanks, comments and lines.</summary>
internal class YamlText(string text)
{
    /// <summary>What is wrong with a line that begins with a tab.</summary>
    protected const string IndentedWithTab = "it is indented with a tab";

    private int _counted;
    private int _line = 1;

    public int At { get; set; }

    public bool IsAtEnd => At >= Text.Length;

    /// <summary>The column of the position, counted from 0.</summary>
    public int Column => At - LineStart(At);

    /// <summary>The line of the position, counted from 1.</summary>
    public int Line
    {
        get
        {
            if (At < _counted)
                (_counted, _line) = (0, 1);
            _line += Text.AsSpan(_counted, Math.Min(At, Text.Length) - _counted).Count('\n');
            _counted = Math.Min(At, Text.Length);
            return _line;
        }
    }

    /// <summary>Whether the rest of the line is empty or a comment.</summary>
    public bool IsAtLineEnd =>
        IsAtEnd || Peek() is '\n' or '\r' || (Peek() == '#' && (At == 0 || char.IsWhiteSpace(Text[At - 1])));

    public bool IsAnyMarker => IsMarker("---") || IsMarker("...");

    /// <summary>The character at the position, or some characters after it; NUL after the end.</summary>
    public char Peek(int ahead = 0) => At + ahead < Text.Length ? Text[At + ahead] : '\0';

    public YamlException Wrong(string problem) => new(problem, Line);

    public YamlException NotRead(string what) => new($"{what} is not supported here", Line, isValid: true);

    public bool IsMarker(string marker) =>
        Column == 0
        && string.CompareOrdinal(Text, At, marker, 0, marker.Length) == 0
        && IsBlankOrEnd(Peek(marker.Length));

    /// <summary>Whether a list item begins at the position.</summary>
    public bool IsItem() => Peek() == '-' && IsBlankOrEnd(Peek(1));

    public bool HasTabSince(int offset) => Text.AsSpan(offset, At - offset).Contains('\t');

    public void SkipBlanks()
    {
        while (Peek() is ' ' or '\t' && !IsAtEnd)
            At++;
    }

    /// <summary>
    /// Moves to the next content, over comments and line ends. As in libyaml and the kubelet's go-yaml, a line cannot
    /// begin with a tab, even if it is empty or a comment.
    /// </summary>
    public void SkipToContent()
    {
        while (true)
        {
            SkipBlanks();
            if (IsIndentedWithTab())
                throw Wrong(IndentedWithTab);
            if (!IsAtLineEnd || IsAtEnd)
                return;
            At = NextLine(At);
        }
    }

    /// <summary>Moves to the next content within braces and brackets, where tabs count as blanks.</summary>
    public void SkipInFlow()
    {
        while (true)
        {
            SkipBlanks();
            if (IsAtEnd)
                throw Wrong("a brace or bracket is not closed");
            if (!IsAtLineEnd)
                return;
            At = NextLine(At);
        }
    }

    /// <summary>
    /// Moves to the next content if it is at a column; the position stays if it is left of that column.
    /// </summary>
    public bool MovesTo(int column)
    {
        int before = At;
        SkipToContent();
        if (!IsAtEnd && !IsAnyMarker && Column > column)
            throw Wrong("it is indented differently from the lines above it");
        if (!IsAtEnd && !IsAnyMarker && Column == column)
            return true;
        At = before;
        return false;
    }

    /// <param name="parent">The column up to which lines cannot have tabs.</param>
    protected void SkipEmptyLines(int parent = -1)
    {
        while (!IsAtEnd && (Peek() is '\n' or '\r' or ' ' or '\t'))
        {
            if (Peek() == '\t' && Column <= parent)
                throw Wrong(IndentedWithTab);
            At++;
        }
    }

    protected string Text => text;

    /// <summary>Whether the position is the first of its line that is not a blank, and a tab is before it.</summary>
    private bool IsIndentedWithTab()
    {
        int start = LineStart(At);
        return HasTabSince(start) && Text.AsSpan(start, At - start).Trim(" \t").IsEmpty;
    }

    protected static bool IsBlankOrEnd(char c) => c is ' ' or '\t' or '\n' or '\r' or '\0';

    private int LineStart(int offset) =>
        offset == 0 ? 0 : Text.LastIndexOf('\n', Math.Min(offset, Text.Length) - 1) + 1;

    protected int EndOfLine(int offset) => TextLines.EndOfLine(Text, offset);

    protected int NextLine(int offset) => TextLines.NextLine(Text, offset);
}
