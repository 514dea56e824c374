using System.Text;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>
/// Writes text for people without .NET's console, which switches the terminal to application mode on first use and
/// leaves it so.
/// </summary>
internal static class Terminal
{
    private const int LongestInput = 64 * 1024 * 1024;

    /// <summary>Writes lines through <see cref="ForeignText.Lines"/>.</summary>
    public static void Write(string text) => WriteAsIs(ForeignText.Lines(text));

    /// <inheritdoc cref="Write"/>
    public static void WriteError(string text) => WriteErrorAsIs(ForeignText.Lines(text));

    /// <summary>Writes one line through <see cref="ForeignText.Line"/>.</summary>
    public static void WriteErrorLine(string line) => WriteErrorAsIs(ForeignText.Line(line) + "\n");

    /// <summary>
    /// Writes data for programs, which must not be changed, and text whose parts were already cleaned.
    /// </summary>
    public static void WriteAsIs(string text) => StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="WriteAsIs"/>
    public static void WriteErrorAsIs(string text) => StandardStreams.WriteError(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads all of standard input.</summary>
    public static string ReadToEnd() => Encoding.UTF8.GetString(StandardStreams.ReadInput(LongestInput).Span);

    public static string? ReadLine() => StandardStreams.ReadAnswer();
}
