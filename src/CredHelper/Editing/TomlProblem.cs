namespace CredHelper.Editing;

/// <summary>
/// Explains errors in TOML in our own words, because the parser's messages quote the line, which may contain a token.
/// </summary>
internal static class TomlProblem
{
    private static readonly (string Part, string Words)[] Known =
    [
        ("already defined", "the key or table is defined twice"),
        ("for a value", "this is not a value; a string needs quotes"),
        ("Expecting `=`", "there is no = after the key"),
        ("expecting token `newline`", "something follows the value on its line"),
        ("newline in a string", "the string is not closed on its line"),
        ("escape", "the string has an escape that is not valid in TOML"),
        ("control character", "it contains a control character"),
        ("closebracket", "a ] is missing"),
        ("end of file", "the file ends too early"),
    ];

    /// <param name="message">The parser's message.</param>
    /// <returns>The explanation after a colon, or empty if the message is not known.</returns>
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
