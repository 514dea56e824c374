namespace CredHelper.Editing;

/// <summary>
/// Shows the sections of an INI file, the names of its keys and the values that may be shown. Comments, indented lines
/// (nested settings, continued values) and lines of any other form are hidden.
/// </summary>
internal static class IniMask
{
    public static MaskedText Of(string text, ShownPart shown)
    {
        var masked = new MaskedText(text);
        string section = "";
        int start = text.StartsWith('\uFEFF') ? 1 : 0;
        foreach (string line in IniEdit.Split(text[start..]))
        {
            int indent = line.Length - line.AsSpan().TrimStart().Length;
            masked.Show(start, start + indent);
            if (IniEdit.IsHeader(line))
            {
                section = IniEdit.HeaderOf(line);
                ShowHeader(masked, line, start + indent);
            }
            else if (line.Length > indent && line[indent] is '#' or ';')
            {
                masked.Show(start + indent, start + indent + 1);
            }
            else if (indent == 0)
            {
                ShowKey(masked, section, line, start, shown);
            }
            start += line.Length;
        }
        return masked;
    }

    private static void ShowHeader(MaskedText masked, string line, int start)
    {
        string header = line.Trim();
        masked.Show(start, start + 1);
        int close = header.IndexOf(']');
        if (close < 0)
            return;
        masked.Show(start + close, start + close + 1);
        string[] words = header[1..close].Split([' ', '\t', '"'], StringSplitOptions.RemoveEmptyEntries);
        if (Array.TrueForAll(words, word => MaskedText.IsName(word)))
            masked.Show(start, start + close + 1);
    }

    private static void ShowKey(MaskedText masked, string section, string line, int start, ShownPart shown)
    {
        int equals = line.IndexOf('=');
        if (equals < 0)
            return;
        string key = line[..equals].TrimEnd();
        // Any other line may continue a value: base64 ends with an equals sign, too.
        if (!MaskedText.IsName(key) || !key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            return;
        string value = line[(equals + 1)..].Trim();
        int blanks = line.Length - (equals + 1) - line.AsSpan(equals + 1).TrimStart().Length;
        int place = equals + 1 + blanks;
        masked.Show(start, start + place);
        if (value.Length > 0 && shown([section, key], value) is { } part)
            masked.ShowPart(part, start + place);
    }
}
