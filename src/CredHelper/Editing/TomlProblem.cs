namespace CredHelper.Editing;

/// <summary>
/// What is wrong with a line of TOML, in words of ours: the parser's own quote the line, and that may hold a token.
/// </summary>
internal static class TomlProblem
{
    private static readonly (string Part, string Words)[] Known =
    [
        ("already defined", "the key or table is there twice"),
        ("for a value", "this is not a value; a string needs quotes"),
        ("Expecting `=`", "there is no = behind the key"),
        ("expecting token `newline`", "something follows the value on its line"),
        ("newline in a string", "the string is not closed on its line"),
        ("escape", "the string has an escape that TOML does not have"),
        ("control character", "it has a control character"),
        ("closebracket", "a ] is missing"),
        ("end of file", "the file ends too early"),
    ];

    /// <param name="message">The parser's words.</param>
    /// <returns>Empty if they are not known, otherwise begins with a colon.</returns>
    public static string Of(string message)
    {
        foreach ((string part, string words) in Known)
        {
            if (message.Contains(part, StringComparison.OrdinalIgnoreCase))
                return $": {words}";
        }
        return "";
    }
}
