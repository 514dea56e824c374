using Tomlyn.Syntax;

namespace CredHelper.Editing;

/// <summary>Adds and removes keys in the text of an inline table.</summary>
internal static class InlineTableEdit
{
    public static (int Start, int End, string Text) Addition(InlineTableSyntax table, string key, string value)
    {
        if (table.Items.ChildrenCount == 0)
        {
            int inside = table.Span.Start.Offset + 1;
            return (inside, inside, $" {key} = {value} ");
        }
        int end = EndOf(table.Items.GetChild(table.Items.ChildrenCount - 1)!.KeyValue!);
        return (end, end, $", {key} = {value}");
    }

    /// <summary>A key is removed with the comma before it, the first one with the comma after it.</summary>
    public static (int Start, int End, string Text) Removal(InlineTableSyntax table, KeyValueSyntax pair)
    {
        List<KeyValueSyntax> pairs = [.. table.Items.Select(item => item.KeyValue!)];
        int index = pairs.IndexOf(pair);
        if (index > 0)
            return (EndOf(pairs[index - 1]), EndOf(pair), "");
        return (pair.Span.Start.Offset, pairs.Count > 1 ? pairs[1].Span.Start.Offset : EndOf(pair), "");
    }

    private static int EndOf(KeyValueSyntax pair) => pair.Value!.Span.End.Offset + 1;
}
