using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>The width of the terminal that standard output goes to.</summary>
internal static class TerminalSize
{
    /// <summary>The number of columns, or null if it is not known.</summary>
    public static int? Columns()
    {
        if (OperatingSystem.IsLinux())
            return LibC.TerminalColumns();
        // On macOS, .NET's console would change the mode of the terminal and not restore it.
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
