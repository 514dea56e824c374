using CsCheck;

namespace CredHelper.Tests.Editing;

/// <summary>
/// Docker configs as people and programs write them: any layout, order, unknown keys, line ends and marks.
/// </summary>
internal static class RandomJson
{
    private static readonly Gen<string> Name = OneOf.Const(
        "auths",
        "credHelpers",
        "credsStore",
        "psFormat",
        "a b",
        "\\u00e9",
        "experimental",
        "x",
        "HttpHeaders",
        "plugins"
    );
    private static readonly Gen<string> Scalar = OneOf.Const(
        "1",
        "-2.5e3",
        "true",
        "null",
        "\"\"",
        "\"a\\\"b\\u00e9é\"",
        "\"ecr-login\"",
        "\"{{.ID}}\"",
        "[]",
        "[1, [2], {\"x\":{}}]"
    );

    /// <summary>
    /// The layout of a document: what stands for a line end, one level of indentation, and behind a colon.
    /// </summary>
    private static readonly Gen<(string Newline, string Indent, string Colon, bool HasMark, bool EndsLine)> Layout =
        Gen.Select(
            OneOf.Const("\n", "\r\n", ""),
            OneOf.Const("\t", "  ", "    ", ""),
            OneOf.Const(":", ": ", " : "),
            Gen.Bool,
            Gen.Bool
        );

    public static Gen<byte[]> Document { get; } =
        Gen.Select(Layout, Members(2))
            .Select(
                (layout, members) =>
                {
                    string text =
                        Render(members, layout.Newline, layout.Indent, layout.Colon, "")
                        + (layout.EndsLine ? layout.Newline : "");
                    return System.Text.Encoding.UTF8.GetBytes((layout.HasMark ? "\uFEFF" : "") + text);
                }
            );

    private static Gen<List<(string Name, object Value)>> Members(int depth)
    {
        Gen<object> value =
            depth == 0
                ? Scalar.Select(text => (object)text)
                : Gen.OneOf(Scalar.Select(text => (object)text), Members(depth - 1).Select(inner => (object)inner));
        return Gen.Select(Name, value)
            .List[0, 5]
            .Select(list => list.DistinctBy(member => member.Item1.ToUpperInvariant()).Select(Typed).ToList());
    }

    /// <summary>
    /// What docker reads has docker's types; a file where it has not is refused, which other tests show.
    /// </summary>
    private static (string Name, object Value) Typed((string Name, object Value) member) =>
        member.Name switch
        {
            "auths" or "credHelpers" when member.Value is string => (member.Name, new List<(string, object)>()),
            "credsStore" => (member.Name, "\"other\""),
            _ => member,
        };

    private static string Render(object value, string newline, string indent, string colon, string before)
    {
        if (value is not List<(string Name, object Value)> members)
            return (string)value;
        if (members.Count == 0)
            return "{}";
        string inner = before + indent;
        return "{"
            + string.Join(
                ",",
                members.Select(member =>
                    $"{newline}{(newline.Length > 0 ? inner : "")}\"{member.Name}\"{colon}"
                    + $"{Render(member.Value, newline, indent, colon, inner)}"
                )
            )
            + newline
            + (newline.Length > 0 ? before : "")
            + "}";
    }
}
