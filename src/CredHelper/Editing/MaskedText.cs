using System.Text;
using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>
/// A text that is hidden except for the parts that were found to be harmless. Every other run of characters in a line
/// is printed as <c>***</c>. Nothing is shown at first, so unrecognised parts stay hidden.
/// </summary>
internal sealed class MaskedText(string text)
{
    private const string Mask = "***";

    private const int LongestName = 128,
        LongestValue = 256,
        LongestWordOfLetters = 40,
        LongestMixedWord = 15;

    private readonly bool[] _isShown = new bool[text.Length];

    public string Text => text;

    public bool IsShown(int offset) => _isShown[offset];

    /// <param name="start">The index of the first character.</param>
    /// <param name="end">The index after the last character.</param>
    public void Show(int start, int end) => Array.Fill(_isShown, true, start, end - start);

    /// <summary>Shows the visible characters of a text that is a part of this one.</summary>
    public void ShowPart(MaskedText part, int start)
    {
        for (int i = 0; i < part.Text.Length; i++)
            _isShown[start + i] |= part.IsShown(i);
    }

    /// <summary>The whole text shown if it is a plain value, otherwise null.</summary>
    public static MaskedText? Plain(string text)
    {
        if (!IsPlainValue(text))
            return null;
        var shown = new MaskedText(text);
        shown.Show(0, text.Length);
        return shown;
    }

    /// <summary>Whether the name of a key or section is shown: it may have letters, digits and <c>-_./:*</c>.</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= LongestName && HasOrdinaryWords(name, "-_./:*");

    /// <summary>
    /// Whether a text consists of words of letters and digits with separators between them. A word that is longer than
    /// usual, or mixes many letters and digits, may be a secret instead of a name.
    /// </summary>
    private static bool HasOrdinaryWords(ReadOnlySpan<char> text, string separators)
    {
        int letters = 0,
            digits = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c))
                digits++;
            else if (char.IsAsciiLetter(c))
                letters++;
            else if (!separators.Contains(c))
                return false;
            else
                letters = digits = 0;
            if (letters + digits > (letters > 0 && digits > 0 ? LongestMixedWord : LongestWordOfLetters))
                return false;
        }
        return true;
    }

    /// <summary>The lines with their line ends, as many as the text has.</summary>
    public string[] Lines()
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (_isShown[i] || IsLayout(i))
                line.Append(text[i]);
            else if (i == 0 || _isShown[i - 1] || IsLayout(i - 1))
                line.Append(Mask);
            if (text[i] != '\n')
                continue;
            lines.Add(line.ToString());
            line.Clear();
        }
        if (line.Length > 0)
            lines.Add(line.ToString());
        return [.. lines];
    }

    /// <summary>Whether the character cannot reveal a secret: line ends and a byte order mark.</summary>
    private bool IsLayout(int offset) => text[offset] is '\n' or '\r' || (offset == 0 && text[0] == '\uFEFF');

    private static bool IsPlainValue(string text) =>
        text.Length <= LongestValue
        && HasOrdinaryWords(text, "-_./:*{}+@,")
        && (text.Length <= ForeignText.MaximumLength ? ForeignText.Clean(text) == text : !text.Contains('@'));
}
