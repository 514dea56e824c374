using System.Runtime.CompilerServices;

namespace CredHelper.Diagnostics;

/// <summary>
/// An interpolated line of the debug log. The compiler fills it (C#'s interpolated string handlers), so that neither
/// the line nor its parts are computed while the log is off.
/// </summary>
[InterpolatedStringHandler]
internal ref struct DebugLogLine
{
    private DefaultInterpolatedStringHandler _text;

    public DebugLogLine(int literalLength, int formattedCount, DebugLog log, out bool isWanted)
    {
        isWanted = log.IsOn;
        _text = isWanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public string ToStringAndClear() => _text.ToStringAndClear();
}
