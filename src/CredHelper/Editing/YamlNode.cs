using System.Globalization;

namespace CredHelper.Editing;

/// <summary>The kind of a YAML value for Kubernetes, which converts YAML to JSON.</summary>
internal enum YamlKind
{
    Null,
    Boolean,
    Number,
    String,
    List,
    Map,
}

/// <summary>A member of a YAML mapping; a name may occur more than once.</summary>
/// <param name="Start">Offset of the name.</param>
internal sealed record YamlMember(string Name, int Start, YamlNode Value);

/// <summary>An item of a YAML list.</summary>
/// <param name="Start">Offset of its hyphen; in brackets, offset of its value.</param>
internal sealed record YamlItem(int Start, YamlNode Value);

/// <summary>A YAML or JSON value with its position in the text.</summary>
internal sealed class YamlNode
{
    /// <summary>
    /// Words that are not strings without quotes in YAML 1.1, which the library of Kubernetes implements.
    /// </summary>
    private static readonly string[] Nulls = ["", "~", "null", "Null", "NULL"],
        Booleans =

        [
            .. from word in (string[])["y", "yes", "n", "no", "true", "false", "on", "off"]
            from spelling in (string[])[word, char.ToUpperInvariant(word[0]) + word[1..], word.ToUpperInvariant()]
            select spelling,
        ];

    private readonly List<YamlMember> _members = [];
    private readonly List<YamlItem> _items = [];

    public YamlNode(YamlKind kind, int start, int line) => (Kind, Start, End, Line) = (kind, start, start, line);

    public YamlKind Kind { get; }

    public int Start { get; }

    /// <summary>Offset after its last character; for a missing value, its start.</summary>
    public int End { get; set; }

    /// <summary>Counted from 1.</summary>
    public int Line { get; }

    /// <summary>The text of a string without quotes and escapes, or a number or boolean as it is written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether it is written in braces or brackets, as in JSON.</summary>
    public bool IsFlow { get; init; }

    public IReadOnlyList<YamlMember> Members => _members;

    public IReadOnlyList<YamlItem> Items => _items;

    public string KindText =>
        Kind switch
        {
            YamlKind.Null => "null",
            YamlKind.Boolean => "a boolean",
            YamlKind.Number => "a number",
            YamlKind.String => "a string",
            YamlKind.List => "a list",
            _ => "a mapping",
        };

    /// <summary>The number of members or items.</summary>
    public int Count => _members.Count + _items.Count;

    /// <summary>The start of a member or item.</summary>
    public int StartOf(int index) => Kind == YamlKind.Map ? _members[index].Start : _items[index].Start;

    public void Add(YamlMember member) => _members.Add(member);

    public void Add(YamlItem item) => _items.Add(item);

    /// <summary>The value of a name (the last one if there are several), or null.</summary>
    public YamlNode? this[string name] => _members.FindLast(member => member.Name == name)?.Value;

    /// <summary>The text of a name, or null if it does not exist or is not a string.</summary>
    public string? TextOf(string name) => this[name] is { Kind: YamlKind.String } value ? value.Text : null;

    /// <summary>The kind of a text without quotes.</summary>
    public static YamlKind KindOf(string plain)
    {
        if (Nulls.Contains(plain))
            return YamlKind.Null;
        if (Booleans.Contains(plain))
            return YamlKind.Boolean;
        return IsNumber(plain) ? YamlKind.Number : YamlKind.String;
    }

    private static bool IsNumber(string plain)
    {
        const NumberStyles Real =
            NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite);
        string unsigned = plain.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        if (plain.Length - plain.TrimStart('+', '-').Length > 1 || unsigned.Length == 0)
            return false;
        if (unsigned.ToLowerInvariant() is ".inf" or ".nan")
            return true;
        if (unsigned.StartsWith("0x", StringComparison.Ordinal))
            return unsigned.Length > 2 && unsigned[2..].All(char.IsAsciiHexDigit);
        if (unsigned.StartsWith("0b", StringComparison.Ordinal))
            return unsigned.Length > 2 && unsigned[2..].All(digit => digit is '0' or '1');
        return (char.IsAsciiDigit(unsigned[0]) || unsigned[0] == '.')
            && double.TryParse(unsigned, Real, CultureInfo.InvariantCulture, out _);
    }
}
