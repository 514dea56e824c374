using System.Globalization;
using System.Text;

namespace CredHelper.Output;

/// <summary>Counts the columns that a text takes on a terminal.</summary>
internal static class DisplayWidth
{
    /// <summary>Ranges of East Asian Width W and F (Unicode Standard Annex 11), and emoji.</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F),
        (0x231A, 0x231B),
        (0x2E80, 0x303E),
        (0x3041, 0xA4CF),
        (0xA960, 0xA97F),
        (0xAC00, 0xD7A3),
        (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F),
        (0xFF00, 0xFF60),
        (0xFFE0, 0xFFE6),
        (0x1F300, 0x1F64F),
        (0x1F680, 0x1F6FF),
        (0x1F900, 0x1F9FF),
        (0x20000, 0x3FFFD),
    ];

    public static int Of(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
            width += Of(rune);
        return width;
    }

    public static int Of(Rune rune)
    {
        if (rune.IsAscii)
            return 1;
        if (
            Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
        )
        {
            return 0;
        }
        return Wide.Any(range => rune.Value >= range.First && rune.Value <= range.Last) ? 2 : 1;
    }

    /// <summary>Pads the text with blanks to a number of columns.</summary>
    public static string Pad(string text, int columns) => text + new string(' ', Math.Max(0, columns - Of(text)));

    /// <summary>The number of characters at the beginning that fit into a number of columns; at least one.</summary>
    public static int Fitting(ReadOnlySpan<char> text, int columns)
    {
        int taken = 0,
            width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width > columns && taken > 0)
                break;
            taken += rune.Utf16SequenceLength;
        }
        return taken;
    }
}
