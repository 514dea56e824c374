using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>The width of the terminal behind standard output.</summary>
internal static class TerminalSize
{
    /// <summary>Null if it is not known.</summary>
    public static int? Columns()
    {
        if (OperatingSystem.IsLinux())
            return LibC.TerminalColumns();
        // On macOS, .NET's console would switch the terminal's mode to find out, and leave it so.
        if (!OperatingSystem.IsWindows())
            return null;
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
