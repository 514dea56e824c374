using System.Text;

namespace CredHelper.Editing;

/// <summary>
/// An INI file, such as <c>~/.aws/config</c> or the registry map, edited by lines: a path is a section's header and a key.
/// Comments, blanks, the order and the line ends stay.
/// </summary>
internal sealed class IniEdit : IEditableText
{
    private readonly List<string> _lines;
    private readonly string _newline;
    private readonly bool _hasMark;

    private IniEdit(string text)
    {
        _hasMark = text.StartsWith('\uFEFF');
        _newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        // Line ends stay on their lines, so that joining them again gives the same bytes.
        _lines = [.. Split(_hasMark ? text[1..] : text)];
    }

    /// <exception cref="HelperException">It is not UTF-8, so writing it again would change it.</exception>
    public static IniEdit Parse(string path, byte[] content)
    {
        try
        {
            return new IniEdit(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content));
        }
        catch (DecoderFallbackException e)
        {
            throw new HelperException(FailureKind.Configuration, $"{path} is not UTF-8 text", "repair it; nothing was changed", e);
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
            _lines[line] = text;
            return;
        }
        int section = SectionOf(path[0]);
        if (section < 0)
        {
            EndLastLine();
            if (_lines.Count > 0 && _lines[^1].Trim().Length > 0) _lines.Add(_newline);
            _lines.Add($"[{path[0]}]{_newline}");
            _lines.Add(text);
            return;
        }
        int end = section + 1;
        for (int i = end; i < _lines.Count && !IsHeader(_lines[i]); i++)
        {
            if (_lines[i].Trim().Length > 0) end = i + 1;
        }
        if (end == _lines.Count) EndLastLine();
        _lines.Insert(end, text);
    }

    /// <summary>A section goes with its last key, if nothing else, not even a comment, stands in it.</summary>
    public void Remove(params ReadOnlySpan<string> path)
    {
        int line = LineOf(path[0], path[1]);
        if (line < 0) return;
        _lines.RemoveAt(line);
        int section = SectionOf(path[0]), end = section + 1;
        while (end < _lines.Count && !IsHeader(_lines[end]))
        {
            if (_lines[end].Trim().Length > 0) return;
            end++;
        }
        // The blank line that set it apart goes with it.
        if (section > 0 && _lines[section - 1].Trim().Length == 0 && end == _lines.Count) section--;
        _lines.RemoveRange(section, end - section);
    }

    /// <summary>None: a section comes and goes with its keys.</summary>
    public IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path) => [];

    public void RemoveIfEmpty(params ReadOnlySpan<string> path)
    {
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes((_hasMark ? "\uFEFF" : "") + string.Concat(_lines));

    private int LineOf(string header, string key)
    {
        int section = SectionOf(header);
        if (section < 0) return -1;
        for (int i = section + 1; i < _lines.Count && !IsHeader(_lines[i]); i++)
        {
            string line = _lines[i];
            // An indented line of an AWS file belongs to the key above it (the nested settings of s3 and the like).
            int equals = line.IndexOf('=');
            if (equals > 0 && !char.IsWhiteSpace(line[0]) && line[0] is not ('#' or ';') && line[..equals].Trim().Equals(key, StringComparison.OrdinalIgnoreCase)) return i;
        }
        return -1;
    }

    private int SectionOf(string header) => _lines.FindIndex(line => IsHeader(line) && HeaderOf(line).Equals(header, StringComparison.OrdinalIgnoreCase));

    private static bool IsHeader(string line) => line.TrimStart().StartsWith('[');

    private static string HeaderOf(string line)
    {
        string text = line.Trim();
        int close = text.IndexOf(']');
        return string.Join(' ', (close > 0 ? text[1..close] : text[1..]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private void EndLastLine()
    {
        if (_lines.Count > 0 && !_lines[^1].EndsWith('\n')) _lines[^1] += _newline;
    }

    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            yield return text[start..end];
            start = end;
        }
    }
}
