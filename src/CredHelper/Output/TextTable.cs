namespace CredHelper.Output;

/// <summary>Aligned columns; cells of a table that is wider than the terminal are wrapped.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    private const int NarrowestColumn = 8;

    /// <param name="layout">Where the table goes.</param>
    /// <param name="heads">The title of each column.</param>
    /// <param name="rows">As many cells each.</param>
    /// <param name="indent">Blanks before each line.</param>
    /// <param name="colourOf">The colour of a row; none if it is not given.</param>
    public static void Add(
        TextLayout layout,
        IReadOnlyList<string> heads,
        IReadOnlyList<string[]> rows,
        int indent = 0,
        Func<int, Colour>? colourOf = null
    )
    {
        int[] widths =
        [
            .. heads.Select(
                (head, column) => rows.Select(row => DisplayWidth.Of(row[column])).Append(DisplayWidth.Of(head)).Max()
            ),
        ];
        if (layout.Style.Width is { } width)
            Shrink(widths, width - indent - (heads.Count - 1) * Gap.Length);
        AddRow(layout, [.. heads], widths, indent, Colour.Faint);
        for (int i = 0; i < rows.Count; i++)
            AddRow(layout, rows[i], widths, indent, colourOf?.Invoke(i) ?? Colour.None);
    }

    /// <summary>Takes from the widest column until all of them fit, or none can give any more.</summary>
    private static void Shrink(int[] widths, int room)
    {
        while (widths.Sum() > room)
        {
            int widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= NarrowestColumn)
                return;
            widths[widest]--;
        }
    }

    private static void AddRow(TextLayout layout, string[] cells, int[] widths, int indent, Colour colour)
    {
        string[][] lines =
        [
            .. cells.Select((cell, column) => TextLayout.Wrap(cell, widths[column], widths[column]).ToArray()),
        ];
        int height = lines.Max(cell => cell.Length);
        for (int i = 0; i < height; i++)
        {
            IEnumerable<string> parts = lines.Select(
                (cell, column) => DisplayWidth.Pad(i < cell.Length ? cell[i] : "", widths[column])
            );
            layout.AddWhole([Styled.Blanks(indent)], string.Join(Gap, parts).TrimEnd(), colour);
        }
    }
}
