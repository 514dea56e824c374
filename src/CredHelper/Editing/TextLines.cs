namespace CredHelper.Editing;

/// <summary>Positions in the lines of a text.</summary>
internal static class TextLines
{
    /// <summary>The column of a position, counted from 0.</summary>
    public static int ColumnOf(string text, int offset) =>
        offset == 0 ? 0 : offset - 1 - text.LastIndexOf('\n', Math.Min(offset, text.Length) - 1);

    /// <summary>The start of the line of a position.</summary>
    public static int LineOf(string text, int offset) => offset - ColumnOf(text, offset);

    /// <summary>The end of the line of a position, before the line end.</summary>
    public static int EndOfLine(string text, int offset)
    {
        int end = text.IndexOf('\n', offset);
        if (end < 0)
            return text.Length;
        return end > offset && text[end - 1] == '\r' ? end - 1 : end;
    }

    /// <summary>The start of the next line.</summary>
    public static int NextLine(string text, int offset)
    {
        int end = text.IndexOf('\n', offset);
        return end < 0 ? text.Length : end + 1;
    }

    /// <summary>The blanks at the beginning of the line of a position.</summary>
    public static string IndentOf(string text, int offset)
    {
        int start = offset - ColumnOf(text, offset),
            end = start;
        while (end < offset && text[end] is ' ' or '\t')
            end++;
        return text[start..end];
    }
}
