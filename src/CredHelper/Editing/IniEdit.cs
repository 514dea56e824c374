using System.Text;
using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>
/// An INI file, such as <c>~/.aws/config</c> or the registry configuration, edited line by line. A path is a section
/// header and a key. Comments, blanks, the order and the line ends stay.
/// </summary>
internal sealed class IniEdit : IEditableText
{
    private readonly List<string> _lines;
    private readonly string _newline;
    private readonly bool _hasMark;

    private IniEdit(string text)
    {
        _hasMark = text.StartsWith('\uFEFF');
        _newline = LineEndOf(text);
        // Lines include their ends, so that joining them gives the same bytes.
        _lines = [.. Split(_hasMark ? text[1..] : text)];
    }

    /// <exception cref="HelperException">It is not UTF-8, so rewriting it would change it.</exception>
    public static IniEdit Parse(string path, byte[] content)
    {
        try
        {
            return new IniEdit(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content));
        }
        catch (DecoderFallbackException exception)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{path} is not UTF-8 text",
                "convert it to UTF-8; nothing was changed",
                exception
            );
        }
    }

    public string? Find(params ReadOnlySpan<string> path)
    {
        int line = LineOf(path[0], path[1]);
        return line < 0 ? null : _lines[line][(_lines[line].IndexOf('=') + 1)..].Trim();
    }

    public void Put(string value, params ReadOnlySpan<string> path)
    {
        string text = $"{path[1]} = {value}{_newline}";
        int line = LineOf(path[0], path[1]);
        if (line >= 0)
        {
            _lines[line] = text[..^_newline.Length] + LineEnd(_lines[line]);
            return;
        }
        int section = SectionOf(path[0]);
        if (section < 0)
        {
            EndLastLine();
            if (_lines.Count > 0 && _lines[^1].Trim().Length > 0)
                _lines.Add(_newline);
            _lines.Add($"[{path[0]}]{_newline}");
            _lines.Add(text);
            return;
        }
        int end = section + 1;
        for (int i = end; i < _lines.Count && !IsHeader(_lines[i]); i++)
        {
            if (_lines[i].Trim().Length > 0)
                end = i + 1;
        }
        if (end == _lines.Count)
            EndLastLine();
        _lines.Insert(end, text);
    }

    /// <summary>
    /// Removes a key. A section is removed with its last key if it contains nothing else, not even a comment.
    /// </summary>
    public void Remove(params ReadOnlySpan<string> path)
    {
        int line = LineOf(path[0], path[1]);
        if (line < 0)
            return;
        _lines.RemoveAt(line);
        int section = _lines.FindLastIndex(line - 1, IsHeader),
            end = section + 1;
        while (end < _lines.Count && !IsHeader(_lines[end]))
        {
            if (_lines[end].Trim().Length > 0)
                return;
            end++;
        }
        // The empty line before the section is removed, too.
        if (section > 0 && _lines[section - 1].Trim().Length == 0 && end == _lines.Count)
            section--;
        _lines.RemoveRange(section, end - section);
    }

    /// <summary>Always empty: sections are added and removed with their keys.</summary>
    public IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path) => [];

    public void RemoveIfEmpty(params ReadOnlySpan<string> path) { }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes((_hasMark ? "\uFEFF" : "") + string.Concat(_lines));

    /// <summary>
    /// Finds a key as the programs that read such files do: sections of the same name are one, and the last value
    /// counts.
    /// </summary>
    private int LineOf(string header, string key)
    {
        int found = -1;
        bool isInside = false;
        for (int i = 0; i < _lines.Count; i++)
        {
            string line = _lines[i];
            if (IsHeader(line))
            {
                isInside = HeaderOf(line).Equals(header, StringComparison.OrdinalIgnoreCase);
                continue;
            }
            // An indented line of an AWS file belongs to the key above it (nested settings, such as those of s3).
            int equals = line.IndexOf('=');
            if (
                isInside
                && equals > 0
                && !char.IsWhiteSpace(line[0])
                && line[0] is not ('#' or ';')
                && line[..equals].Trim().Equals(key, StringComparison.OrdinalIgnoreCase)
            )
            {
                found = i;
            }
        }
        return found;
    }

    private int SectionOf(string header) =>
        _lines.FindIndex(line => IsHeader(line) && HeaderOf(line).Equals(header, StringComparison.OrdinalIgnoreCase));

    public static bool IsHeader(string line) => line.TrimStart().StartsWith('[');

    public static string HeaderOf(string line)
    {
        string text = line.Trim();
        int close = text.IndexOf(']');
        return string.Join(
            ' ',
            (close > 0 ? text[1..close] : text[1..]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
    }

    private void EndLastLine()
    {
        // After a lone \r, a \n would only end the same line.
        if (_lines.Count > 0 && (LineEnd(_lines[^1]).Length == 0 || (LineEnd(_lines[^1]) == "\r" && _newline == "\n")))
            _lines[^1] += _newline;
    }

    /// <summary>The line end of a text; a lone \r only if the text has no other.</summary>
    private static string LineEndOf(string text)
    {
        if (text.Contains("\r\n", StringComparison.Ordinal))
            return "\r\n";
        return text.Contains('\r') && !text.Contains('\n') ? "\r" : "\n";
    }

    private static string LineEnd(string line) => line[line.AsSpan().TrimEnd("\r\n").Length..];

    /// <summary>The lines of a text, each with its end.</summary>
    public static IEnumerable<string> Split(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            // A lone \r ends a line as well, as in the AWS CLI and SDKs.
            int end = text.AsSpan(start).IndexOfAny('\r', '\n');
            end = end < 0 ? text.Length : start + end + 1;
            if (text[end - 1] == '\r' && end < text.Length && text[end] == '\n')
                end++;
            yield return text[start..end];
            start = end;
        }
    }
}
