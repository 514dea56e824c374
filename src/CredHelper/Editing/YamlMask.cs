namespace CredHelper.Editing;

/// <summary>
/// A YAML or JSON document with its names, its punctuation and the values that may be shown. The items of a list have
/// the path of the list. The text of comments is hidden, and a text that cannot be read is hidden as a whole.
/// </summary>
internal sealed class YamlMask
{
    private readonly string _text;
    private readonly MaskedText _masked;
    private readonly ShownPart _shown;

    /// <summary>What is a name or a value; the rest is punctuation, blanks and comments.</summary>
    private readonly bool[] _isContent;

    private YamlMask(string text, ShownPart shown)
    {
        (_text, _shown) = (text, shown);
        _masked = new MaskedText(text);
        _isContent = new bool[text.Length];
    }

    public static MaskedText Of(string text, ShownPart shown)
    {
        // The offsets of the reader begin after a byte order mark.
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
            // Nothing of it is shown.
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
        // A value over several lines or with escapes is not as long as its text.
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
        // Up to the value, if it is not clear where the name ends.
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
