using System.Buffers;
using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>
/// Text for a terminal: coloured words, and lines wrapped at its width with a hanging indent. All text passes the
/// output gate (<see cref="ForeignText.Line"/>) before it is coloured, also for pipes.
/// </summary>
internal sealed class TextLayout(TerminalStyle style)
{
    /// <summary>The smallest width at which lines are wrapped; narrower columns would break most words.</summary>
    private const int NarrowestText = 20;

    private static readonly SearchValues<char> Separators = SearchValues.Create("/:.,=-");

    private readonly StringBuilder _text = new();

    public TerminalStyle Style => style;

    public void AddBlankLine() => _text.Append('\n');

    /// <summary>Adds a separate line, such as the title of a section.</summary>
    public void AddLine(string text, Colour colour = Colour.None) => Add([], text, 0, colour);

    /// <summary>Adds a line that begins with coloured words; wrapped lines are indented below its text.</summary>
    /// <param name="lead">The coloured words before the text, with the blanks after each.</param>
    /// <param name="text">The text that is wrapped.</param>
    /// <param name="indent">The column of the wrapped lines.</param>
    public void Add(IReadOnlyList<Styled> lead, string text, int indent, Colour colour = Colour.None)
    {
        int used = AddLead(lead);
        bool isFirst = true;
        foreach (string line in Lines(text, used, indent))
        {
            if (!isFirst)
                _text.Append(' ', indent);
            _text.Append(Paint(line, colour)).Append('\n');
            isFirst = false;
        }
    }

    /// <summary>
    /// Adds a message that may end with a hint. On a terminal the hint gets its own line and is not wrapped, because it
    /// may be a command.
    /// </summary>
    public void AddMessage(IReadOnlyList<Styled> lead, string message, int indent)
    {
        const string Hint = "; hint: ";
        int end = style.HasLayout ? message.IndexOf(Hint, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            Add(lead, message, indent);
            return;
        }
        Add(lead, message[..end], indent);
        AddWhole([Styled.Blanks(indent), new Styled("hint: ", Colour.Cyan)], message[(end + Hint.Length)..]);
    }

    /// <summary>Adds a line that is not wrapped, so that it can be copied.</summary>
    public void AddWhole(IReadOnlyList<Styled> lead, string text, Colour colour = Colour.None)
    {
        _ = AddLead(lead);
        _text.Append(Paint(ForeignText.Line(text), colour)).Append('\n');
    }

    /// <summary>Adds a line of a file with its tabs.</summary>
    public void AddVerbatim(string line, Colour colour = Colour.None) =>
        _text.Append(Paint(ForeignText.Lines(line.Replace('\n', ' ')), colour)).Append('\n');

    public string Paint(string text, Colour colour) =>
        style.HasColour && colour != Colour.None && text.Length > 0 ? $"\e[{(int)colour}m{text}\e[0m" : text;

    public override string ToString() => _text.ToString();

    public void Print() => Terminal.WriteAsIs(_text.ToString());

    public void PrintError() => Terminal.WriteErrorAsIs(_text.ToString());

    /// <summary>The position to break a long word: after a separator of a path, host or list if there is one.</summary>
    private static int CutOf(string word, int room)
    {
        int most = DisplayWidth.Fitting(word, room);
        int separator = word.AsSpan(0, most).LastIndexOfAny(Separators);
        return separator > most / 2 ? separator + 1 : most;
    }

    private IEnumerable<string> Lines(string text, int used, int indent)
    {
        string printable = ForeignText.Line(text);
        if (style.Width is not { } width || width - indent < NarrowestText)
            return [printable];
        return Wrap(printable, width - used, width - indent);
    }

    /// <summary>The number of columns of the text.</summary>
    private int AddLead(IReadOnlyList<Styled> lead)
    {
        int used = 0;
        foreach (Styled piece in lead)
        {
            string printable = ForeignText.Line(piece.Text);
            used += DisplayWidth.Of(printable);
            _text.Append(Paint(printable, piece.Colour));
        }
        return used;
    }

    /// <summary>Wraps a text at blanks, and breaks a word only if the word alone is too long for a line.</summary>
    public static IEnumerable<string> Wrap(string text, int firstWidth, int width)
    {
        int room = firstWidth;
        var line = new StringBuilder();
        int taken = 0;
        foreach (string word in text.Split(' '))
        {
            string rest = word;
            int wanted = DisplayWidth.Of(rest);
            if (taken > 0 && taken + 1 + wanted > room)
            {
                yield return line.ToString();
                line.Clear();
                (taken, room) = (0, width);
            }
            if (taken > 0)
            {
                line.Append(' ');
                taken++;
            }
            while (taken == 0 && DisplayWidth.Of(rest) > room)
            {
                // A word that fits on the next line is not broken to fill a short first line.
                if (room < width && DisplayWidth.Of(rest) <= width)
                {
                    yield return "";
                    room = width;
                    break;
                }
                int cut = CutOf(rest, room);
                yield return rest[..cut];
                rest = rest[cut..];
                room = width;
            }
            line.Append(rest);
            taken += DisplayWidth.Of(rest);
        }
        yield return line.ToString();
    }
}
