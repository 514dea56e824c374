using System.Buffers;

namespace CredHelper.Editing;

/// <summary>Durations as Go's time.ParseDuration reads them: <c>1h30m</c>, <c>1.5s</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private static readonly string[] Units = ["ns", "us", "\u00B5s", "\u03BCs", "ms", "s", "m", "h"];

    private static readonly SearchValues<char> Numeric = SearchValues.Create("0123456789.");

    public static bool IsValid(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan(text is ['-' or '+', ..] ? 1 : 0);
        if (rest is "0")
            return true;
        if (rest.IsEmpty)
            return false;
        while (!rest.IsEmpty)
        {
            int number = rest.IndexOfAnyExcept(Numeric);
            if (number <= 0 || !IsNumber(rest[..number]))
                return false;
            rest = rest[number..];
            int unit = rest.IndexOfAny(Numeric);
            unit = unit < 0 ? rest.Length : unit;
            if (!Units.Contains(rest[..unit].ToString()))
                return false;
            rest = rest[unit..];
        }
        return true;
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Count('.') <= 1 && text is not ".";
}
