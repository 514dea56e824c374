namespace CredHelper.Output;

/// <summary>A table with aligned columns. Cells are wrapped if the table is wider than the terminal.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    private const int NarrowestColumn = 8;

    /// <param name="layout">The layout that the table is added to.</param>
    /// <param name="heads">The title of each column.</param>
    /// <param name="rows">The rows, each with one cell per column.</param>
    /// <param name="indent">The number of blanks before each line.</param>
    /// <param name="colourOf">Returns the colour of a row; rows are not coloured without it.</param>
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

    /// <summary>Shrinks the widest column until the table fits, or no column can shrink further.</summary>
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
