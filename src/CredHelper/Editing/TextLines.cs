namespace CredHelper.Editing;

/// <summary>Places in the lines of a text.</summary>
internal static class TextLines
{
    /// <summary>Counted from 0.</summary>
    public static int ColumnOf(string text, int offset) =>
        offset == 0 ? 0 : offset - 1 - text.LastIndexOf('\n', Math.Min(offset, text.Length) - 1);

    /// <summary>Where the line of a place begins.</summary>
    public static int LineOf(string text, int offset) => offset - ColumnOf(text, offset);

    /// <summary>Where the line of a place ends, before its line end.</summary>
    public static int EndOfLine(string text, int offset)
    {
        int end = text.IndexOf('\n', offset);
        if (end < 0)
            return text.Length;
        return end > offset && text[end - 1] == '\r' ? end - 1 : end;
    }

    /// <summary>Where the next line begins.</summary>
    public static int NextLine(string text, int offset)
    {
        int end = text.IndexOf('\n', offset);
        return end < 0 ? text.Length : end + 1;
    }

    /// <summary>The blanks that the line of a place begins with.</summary>
    public static string IndentOf(string text, int offset)
    {
        int start = offset - ColumnOf(text, offset),
            end = start;
        while (end < offset && text[end] is ' ' or '\t')
            end++;
        return text[start..end];
    }
}
