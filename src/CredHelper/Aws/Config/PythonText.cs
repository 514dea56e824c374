using System.Buffers;

namespace CredHelper.Aws.Config;

/// <summary>
/// White space and line ends as defined by Python's <c>str</c> and text files, because the AWS CLI reads its files with
/// Python. .NET's <c>Trim</c> does not remove U+001C to U+001F, and its <c>EnumerateLines</c> also breaks at form
/// feeds.
/// </summary>
internal static class PythonText
{
    private const string LineEnds = "\r\n\v\f\u001C\u001D\u001E\u0085\u2028\u2029";
    private static readonly SearchValues<char> FileLineEnds = SearchValues.Create("\r\n");
    private static readonly SearchValues<char> TextLineEnds = SearchValues.Create(LineEnds);

    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => TrimEnd(text[Indent(text)..]);

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
            end--;
        return text[..end];
    }

    /// <summary>
    /// Returns the number of white-space characters at the beginning of a line; a tab counts as one, as in
    /// configparser.
    /// </summary>
    public static int Indent(ReadOnlySpan<char> line)
    {
        int start = 0;
        while (start < line.Length && IsSpace(line[start]))
            start++;
        return start;
    }

    /// <summary>Removes the first line from the text of a file. LF, CR LF and CR end a line.</summary>
    public static ReadOnlySpan<char> TakeFileLine(ref ReadOnlySpan<char> rest) => TakeLine(ref rest, FileLineEnds);

    /// <summary>Removes the first line from a value, as <c>str.splitlines</c> does.</summary>
    public static ReadOnlySpan<char> TakeTextLine(ref ReadOnlySpan<char> rest) => TakeLine(ref rest, TextLineEnds);

    private static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> rest, SearchValues<char> ends)
    {
        int end = rest.IndexOfAny(ends);
        ReadOnlySpan<char> line = end < 0 ? rest : rest[..end];
        if (end < 0)
            rest = [];
        else
            rest = rest[(rest[end..].StartsWith("\r\n") ? end + 2 : end + 1)..];
        return line;
    }
}
