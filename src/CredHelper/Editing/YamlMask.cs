namespace CredHelper.Editing;

/// <summary>
/// Shows the names and punctuation of a YAML or JSON document and the values that may be shown. Items of a list have
/// the path of the list. Comments are hidden, and so is all of a text that cannot be read.
/// </summary>
internal sealed class YamlMask
{
    private readonly string _text;
    private readonly MaskedText _masked;
    private readonly ShownPart _shown;

    /// <summary>The ranges of names and values; the rest is punctuation, blanks and comments.</summary>
    private readonly bool[] _isContent;

    private YamlMask(string text, ShownPart shown)
    {
        (_text, _shown) = (text, shown);
        _masked = new MaskedText(text);
        _isContent = new bool[text.Length];
    }

    public static MaskedText Of(string text, ShownPart shown)
    {
        // The reader's offsets do not include a byte order mark.
        int start = text.StartsWith('\uFEFF') ? 1 : 0;
        var whole = new MaskedText(text);
        try
        {
            if (YamlReader.Read(text[start..]) is { } root)
            {
                var mask = new YamlMask(text[start..], shown);
                mask.Add(root, []);
                mask.ShowPunctuation();
                whole.ShowPart(mask._masked, start);
            }
        }
        catch (YamlException)
        {
            // The text cannot be read, so nothing of it is shown.
        }
        return whole;
    }

    private void Add(YamlNode node, IReadOnlyList<string> path)
    {
        foreach (YamlMember member in node.Members)
        {
            AddName(member);
            Add(member.Value, [.. path, member.Name]);
        }
        foreach (YamlItem item in node.Items)
            Add(item.Value, path);
        if (node.Kind is YamlKind.Map or YamlKind.List)
            return;
        Array.Fill(_isContent, true, node.Start, node.End - node.Start);
        // A value with escapes or over several lines has another length than its text.
        int notation = node.End - node.Start - node.Text.Length;
        if (notation is 0 or 2 && _shown(path, node.Text) is { } part && part.IsShown(0))
            _masked.Show(node.Start, node.End);
    }

    private void AddName(YamlMember member)
    {
        int quotes = _text[member.Start] is '"' or '\'' ? 2 : 0,
            end = member.Start + member.Name.Length + quotes;
        bool isAsWritten =
            end < member.Value.Start
            && _text.AsSpan(member.Start + (quotes / 2), member.Name.Length).SequenceEqual(member.Name);
        // If the end of the name is unclear, everything up to the value is hidden.
        Array.Fill(_isContent, true, member.Start, (isAsWritten ? end : member.Value.Start) - member.Start);
        if (isAsWritten && MaskedText.IsName(member.Name))
            _masked.Show(member.Start, end);
    }

    private void ShowPunctuation()
    {
        bool isComment = false;
        for (int i = 0; i < _text.Length; i++)
        {
            if (_text[i] == '\n')
                isComment = false;
            if (isComment || _isContent[i])
                continue;
            if (_text[i] == '#')
                isComment = true;
            if (" \t-:,{}[]#".Contains(_text[i]))
                _masked.Show(i, i + 1);
        }
    }
}
