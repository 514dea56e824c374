using System.Text;

namespace CredHelper.Platform;

/// <summary>
/// Text for people, past .NET's console: that one switches a terminal to application mode when it is first used, and
/// leaves it so.
/// </summary>
internal static class Terminal
{
    private const int LongestInput = 64 * 1024 * 1024;

    public static void Write(string text) => StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));

    public static void WriteError(string text) => StandardStreams.WriteError(Encoding.UTF8.GetBytes(text));

    public static void WriteErrorLine(string line) => WriteError(line + "\n");

    /// <summary>Everything on standard input.</summary>
    public static string ReadToEnd() => Encoding.UTF8.GetString(StandardStreams.ReadInput(LongestInput).Span);

    public static string? ReadLine() => StandardStreams.ReadAnswer();
}
