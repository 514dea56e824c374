using System.Text;
using CredHelper.Errors;
using Tomlyn.Syntax;

namespace CredHelper.Editing;

/// <summary>
/// Shows the headers, names and brackets of a TOML document, and the strings or parts of strings that may be shown.
/// Comments and all other values are hidden, and so is all of a document that is not valid.
/// </summary>
internal sealed class TomlMask
{
    private readonly MaskedText _masked;
    private readonly ShownPart _shown;

    /// <summary>The length of the byte order mark, which the parser's offsets do not include.</summary>
    private readonly int _offset;

    private TomlMask(MaskedText masked, int offset, ShownPart shown) =>
        (_masked, _offset, _shown) = (masked, offset, shown);

    public static MaskedText Of(string text, ShownPart shown)
    {
        var masked = new MaskedText(text);
        try
        {
            var source = TomlSource.Parse("", Encoding.UTF8.GetBytes(text));
            var mask = new TomlMask(masked, text.Length - source.Text.Length, shown);
            mask.Visit(source.Document, []);
        }
        catch (HelperException)
        {
            return new MaskedText(text);
        }
        return masked;
    }

    private void Visit(SyntaxNode? node, string[] path)
    {
        if (node is null)
            return;
        ShowTrivia(node.LeadingTrivia);
        ShowTrivia(node.TrailingTrivia);
        switch (node)
        {
            case SyntaxToken token:
                if (IsPunctuation(token.TokenKind))
                    Show(token.Span.Start.Offset, token.Span.End.Offset + 1);
                break;
            case KeySyntax key:
                VisitKey(key);
                break;
            case StringValueSyntax text:
                VisitChildren(text, path);
                ShowString(text, path);
                break;
            case KeyValueSyntax pair:
                VisitChildren(pair, [.. path, .. TomlNames.Of(pair.Key)]);
                break;
            case TableSyntaxBase table:
                VisitChildren(table, TomlNames.Of(table.Name));
                break;
            default:
                VisitChildren(node, path);
                break;
        }
    }

    private void VisitChildren(SyntaxNode node, string[] path)
    {
        for (int i = 0; i < node.ChildrenCount; i++)
            Visit(node.GetChild(i), path);
    }

    private void VisitKey(KeySyntax key)
    {
        VisitName(key.Key);
        foreach (DottedKeyItemSyntax item in key.DotKeys)
        {
            Visit(item.Dot, []);
            VisitName(item.Key);
        }
    }

    private void VisitName(BareKeyOrStringValueSyntax? name)
    {
        if (name is null)
            return;
        VisitChildren(name, []);
        int start = name.Span.Start.Offset,
            end = name.Span.End.Offset + 1;
        int quote = name is StringValueSyntax ? 1 : 0;
        if (MaskedText.IsName(_masked.Text.AsSpan()[(_offset + start + quote)..(_offset + end - quote)]))
            Show(start, end);
    }

    private void ShowTrivia(List<SyntaxTrivia>? trivia)
    {
        foreach (SyntaxTrivia one in trivia ?? [])
        {
            int start = one.Span.Start.Offset;
            if (one.Kind == TokenKind.Comment)
                Show(start, start + 1);
            else if (one.Kind is TokenKind.Whitespaces or TokenKind.NewLine)
                Show(start, one.Span.End.Offset + 1);
        }
    }

    private void ShowString(StringValueSyntax value, string[] path)
    {
        int start = value.Span.Start.Offset,
            end = value.Span.End.Offset + 1;
        string raw = _masked.Text[(_offset + start)..(_offset + end)];
        bool isMulti =
            raw.StartsWith("\"\"\"", StringComparison.Ordinal) || raw.StartsWith("'''", StringComparison.Ordinal);
        int quote = isMulti ? 3 : 1;
        Show(start, start + quote);
        Show(end - quote, end);
        if (value.Value is not { } text || _shown(path, text) is not { } part)
            return;
        if (PlacesOf(raw[quote..^quote], raw[0] == '"', text) is not { } places)
            return;
        for (int i = 0; i < text.Length; i++)
        {
            if (part.IsShown(i))
                Show(start + quote + places[i], start + quote + places[i + 1]);
        }
    }

    /// <summary>
    /// The position of each character of a string in its notation, or null if the notation is not supported.
    /// </summary>
    private static List<int>? PlacesOf(string notation, bool hasEscapes, string text)
    {
        var places = new List<int>();
        int at = 0;
        while (at < notation.Length)
        {
            bool isEscape = hasEscapes && notation[at] == '\\';
            if (places.Count == text.Length || (!isEscape && notation[at] != text[places.Count]))
                return null;
            places.Add(at);
            at += isEscape ? LengthOfEscape(notation.AsSpan(at)) : 1;
        }
        places.Add(at);
        return at == notation.Length && places.Count == text.Length + 1 ? places : null;
    }

    private static int LengthOfEscape(ReadOnlySpan<char> notation) =>
        notation switch
        {
            ['\\', 'u', ..] => 6,
            ['\\', 'U', ..] => 10,
            ['\\', 'x', ..] => 4,
            _ => 2,
        };

    private void Show(int start, int end) => _masked.Show(_offset + start, _offset + end);

    private static bool IsPunctuation(TokenKind kind) =>
        kind
            is TokenKind.Comma
                or TokenKind.Dot
                or TokenKind.Equal
                or TokenKind.OpenBracket
                or TokenKind.OpenBracketDouble
                or TokenKind.CloseBracket
                or TokenKind.CloseBracketDouble
                or TokenKind.OpenBrace
                or TokenKind.CloseBrace
                or TokenKind.NewLine;
}
