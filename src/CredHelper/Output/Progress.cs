using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>What a person at a terminal reads on standard error while something runs; erased afterwards.</summary>
internal sealed class Progress(bool isShown)
{
    private bool _isOnScreen;

    /// <summary>For a command whose result goes to standard output in that style.</summary>
    public static Progress For(TerminalStyle style) => new(style.CanErase && TerminalStyle.IsErrorTerminal);

    /// <param name="what">Null if nothing runs any more.</param>
    public void Show(string? what)
    {
        if (_isOnScreen)
            Terminal.WriteErrorAsIs("\r\e[K");
        _isOnScreen = isShown && what is not null;
        if (_isOnScreen)
            Terminal.WriteError($"{what} …");
    }
}
