using System.Text;

namespace CredHelper.Platform;

/// <summary>
/// Text for people, past .NET's console: that one switches a terminal to application mode when it is first used, and
/// leaves it so.
/// </summary>
internal static class Terminal
{
    public static void Write(string text) => StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));

    public static void WriteError(string text) => StandardStreams.WriteError(Encoding.UTF8.GetBytes(text));

    public static void WriteErrorLine(string line) => WriteError(line + "\n");

    public static string? ReadLine() => StandardStreams.ReadLine();
}
