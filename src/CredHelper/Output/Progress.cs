using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>A progress line on standard error of a terminal, erased when it is done.</summary>
internal sealed class Progress(bool isShown)
{
    private bool _isOnScreen;

    /// <summary>Creates the progress for a command that prints to standard output in that style.</summary>
    public static Progress For(TerminalStyle style) => new(style.CanErase && TerminalStyle.IsErrorTerminal);

    /// <param name="what">The current activity, or null to erase the line.</param>
    public void Show(string? what)
    {
        if (_isOnScreen)
            Terminal.WriteErrorAsIs("\r\e[K");
        _isOnScreen = isShown && what is not null;
        if (_isOnScreen)
            Terminal.WriteError($"{what} …");
    }
}
