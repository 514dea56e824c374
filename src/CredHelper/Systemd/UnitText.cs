using System.Globalization;
using System.Text;
using CredHelper.Platform;

namespace CredHelper.Systemd;

/// <summary>
/// The syntax of systemd's files: lines and words of a unit, and the assignments of an environment file.
/// </summary>
internal static class UnitText
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>Null if the file does not exist or cannot be read.</summary>
    public static string? Read(string path) =>
        RegularFile.Read(path, LongestFile, out byte[] content) == FileRead.Ok
            ? Encoding.UTF8.GetString(content)
            : null;

    /// <summary>Lines with their continuations, without comments.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        var pending = new StringBuilder();
        foreach (string raw in text.Split('\n'))
        {
            string line = raw.Trim();
            // systemd ignores comments between continued lines.
            if (line.StartsWith('#') || line.StartsWith(';'))
                continue;
            bool goesOn = line.EndsWith('\\');
            pending.Append(goesOn ? line[..^1] + " " : line);
            if (goesOn)
                continue;
            if (pending.Length > 0)
                yield return pending.ToString();
            pending.Clear();
        }
        if (pending.Length > 0)
            yield return pending.ToString();
    }

    /// <summary>
    /// Splits words as described in systemd.syntax(7): at white space, with quotes of either kind, and with C escapes.
    /// </summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        char quote = '\0';
        bool isOpen = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (isOpen)
                    yield return word.ToString();
                word.Clear();
                isOpen = false;
                continue;
            }
            isOpen = true;
            if (c == '\\' && i + 1 < text.Length)
                word.Append(Unescape(text, ref i));
            else if (c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '"' or '\'')
                quote = c;
            else
                word.Append(c);
        }
        if (isOpen)
            yield return word.ToString();
    }

    /// <summary>
    /// The assignments of an environment file as described in systemd.exec(5): a quote counts only at the beginning of
    /// a value, quoted values may span lines, and invalid names (<c>export A</c>) are skipped.
    /// </summary>
    public static IEnumerable<(string Name, string Value)> Assignments(string text)
    {
        int at = 0;
        while (at < text.Length)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            int end = at;
            while (end < text.Length && text[end] is not ('=' or '\n'))
                end++;
            bool isAssignment = end < text.Length && text[end] == '=' && text[at] is not ('#' or ';');
            if (!isAssignment)
            {
                at = text.IndexOf('\n', Math.Min(at, text.Length)) is >= 0 and int line ? line + 1 : text.Length;
                continue;
            }
            string name = text[at..end].TrimEnd();
            at = end + 1;
            string value = Value(text, ref at);
            if (IsName(name))
                yield return (name, value);
        }
    }

    /// <summary>
    /// Expands the specifiers of systemd.unit(5) that a path may contain, as the system manager does.
    /// </summary>
    public static string Specified(string value, string unit)
    {
        if (!value.Contains('%', StringComparison.Ordinal))
            return value;
        var text = new StringBuilder();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '%' || i + 1 == value.Length)
                text.Append(value[i]);
            else
                text.Append(Specifier(value[++i], unit));
        }
        return text.ToString();
    }

    private static string Specifier(char c, string unit) =>
        c switch
        {
            '%' => "%",
            'h' => "/root",
            'u' => "root",
            'U' => "0",
            'n' => unit,
            'N' or 'p' => Path.GetFileNameWithoutExtension(unit),
            'H' => Environment.MachineName,
            't' => "/run",
            'S' => "/var/lib",
            'C' => "/var/cache",
            'L' => "/var/log",
            'E' => "/etc",
            _ => "%" + c,
        };

    private static string Value(string text, ref int at)
    {
        var value = new StringBuilder();
        // Quoted pieces may follow each other; after the first unquoted character the rest of the line is unquoted.
        for (; at < text.Length && text[at] != '\n'; at++)
        {
            if (char.IsWhiteSpace(text[at]))
                continue;
            if (text[at] is not ('"' or '\''))
                return value.Append(Bare(text, ref at)).ToString();
            AppendQuoted(text, ref at, value);
        }
        return value.ToString();
    }

    private static void AppendQuoted(string text, ref int at, StringBuilder value)
    {
        char quote = text[at];
        for (at++; at < text.Length && text[at] != quote; at++)
        {
            if (quote == '\'' || text[at] != '\\' || at + 1 == text.Length)
            {
                value.Append(text[at]);
                continue;
            }
            char next = text[++at];
            if (next is not ('"' or '\\' or '`' or '$' or '\n'))
                value.Append('\\');
            if (next != '\n')
                value.Append(next);
        }
    }

    private static string Bare(string text, ref int at)
    {
        var value = new StringBuilder();
        for (; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
                value.Append(text[at]);
            else if (text[++at] != '\n')
                value.Append(text[at]);
        }
        return value.ToString().TrimEnd();
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The character after a backslash; afterwards the index is at the last character of the escape.</summary>
    private static char Unescape(string text, ref int i)
    {
        char c = text[++i];
        if (
            c == 'x'
            && i + 2 < text.Length
            && byte.TryParse(
                text.AsSpan(i + 1, 2),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out byte code
            )
        )
        {
            i += 2;
            return (char)code;
        }
        return c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            's' => ' ',
            _ => c,
        };
    }
}
