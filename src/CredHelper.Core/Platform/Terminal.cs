using System.Text;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>
/// Text for people, past .NET's console: that one switches a terminal to application mode when it is first used, and
/// leaves it so.
/// </summary>
internal static class Terminal
{
    private const int LongestInput = 64 * 1024 * 1024;

    /// <summary>Lines, through the gate (<see cref="ForeignText.Lines"/>).</summary>
    public static void Write(string text) => WriteAsIs(ForeignText.Lines(text));

    /// <inheritdoc cref="Write"/>
    public static void WriteError(string text) => WriteErrorAsIs(ForeignText.Lines(text));

    /// <summary>One line, through the gate (<see cref="ForeignText.Line"/>).</summary>
    public static void WriteErrorLine(string line) => WriteErrorAsIs(ForeignText.Line(line) + "\n");

    /// <summary>
    /// Data for programs, which is not to be changed, and what has gone through the gate piece by piece.
    /// </summary>
    public static void WriteAsIs(string text) => StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="WriteAsIs"/>
    public static void WriteErrorAsIs(string text) => StandardStreams.WriteError(Encoding.UTF8.GetBytes(text));

    /// <summary>Everything on standard input.</summary>
    public static string ReadToEnd() => Encoding.UTF8.GetString(StandardStreams.ReadInput(LongestInput).Span);

    public static string? ReadLine() => StandardStreams.ReadAnswer();
}
