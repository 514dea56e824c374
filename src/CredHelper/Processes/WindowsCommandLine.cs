using System.Text;

namespace CredHelper.Processes;

/// <summary>Command lines by the rules of the Microsoft C runtime, which most Windows programs follow.</summary>
internal sealed class WindowsCommandLine
{
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _hasWord,
        _isQuoted;

    private WindowsCommandLine() { }

    /// <summary>
    /// Returns the words of a command line; none if a quote is not closed. A backslash is special only before a double
    /// quote: each pair is one backslash, and an odd one makes the quote a plain character.
    /// </summary>
    public static string[] Split(string command)
    {
        var line = new WindowsCommandLine();
        for (int at = 0; at < command.Length; )
            at += line.Take(command, at);
        line.EndWord();
        return line._isQuoted ? [] : [.. line._words];
    }

    /// <summary>Reads on, and returns how many characters that were.</summary>
    private int Take(string command, int at)
    {
        if (command[at] is ' ' or '\t' && !_isQuoted)
        {
            EndWord();
            return 1;
        }
        _hasWord = true;
        int slashes = CountBackslashes(command, at);
        if (at + slashes < command.Length && command[at + slashes] == '"')
        {
            _word.Append('\\', slashes / 2);
            TakeQuote(isPlain: slashes % 2 != 0);
            return slashes + 1;
        }
        _word.Append(command, at, Math.Max(slashes, 1));
        return Math.Max(slashes, 1);
    }

    private void TakeQuote(bool isPlain)
    {
        if (isPlain)
            _word.Append('"');
        else
            _isQuoted = !_isQuoted;
    }

    private void EndWord()
    {
        if (_hasWord)
            _words.Add(_word.ToString());
        _word.Clear();
        _hasWord = false;
    }

    private static int CountBackslashes(string text, int start)
    {
        int end = start;
        while (end < text.Length && text[end] == '\\')
            end++;
        return end - start;
    }
}
