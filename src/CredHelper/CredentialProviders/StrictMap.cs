using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.CredentialProviders;

/// <summary>
/// A mapping decoded as strictly as in Kubernetes: names are case-sensitive, must belong to the type and occur once,
/// and a value of another kind is a mistake.
/// </summary>
internal sealed class StrictMap
{
    private readonly YamlNode _node;
    private readonly string _path;
    private readonly Action<int, string> _refuse;

    /// <param name="path">The position for messages; empty for the whole document.</param>
    /// <param name="refuse">Receives each mistake with its line.</param>
    /// <param name="names">All names of the type.</param>
    public StrictMap(YamlNode node, string path, Action<int, string> refuse, params ReadOnlySpan<string> names)
    {
        (_node, _path, _refuse) = (node, path, refuse);
        Require(node, YamlKind.Map, path.Length > 0 ? path : "the document");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (YamlMember member in node.Members)
        {
            string name = PathOf(ForeignText.Clean(member.Name));
            if (!names.Contains(member.Name))
                refuse(LineOf(member), $"{name} is not a field of this type{NearestOf(member.Name, names)}");
            if (!seen.Add(member.Name))
                refuse(LineOf(member), $"{name} occurs twice");
        }
    }

    /// <summary>Returns the line of a field; that of the mapping if the field is missing.</summary>
    public int LineOf(string name) => _node[name]?.Line ?? _node.Line;

    public bool Has(string name) => _node[name] is { Kind: not YamlKind.Null };

    public string Text(string name) =>
        _node[name] is { } value && Require(value, YamlKind.String, PathOf(name)) ? value.Text : "";

    public bool? Flag(string name) =>
        _node[name] is { } value && Require(value, YamlKind.Boolean, PathOf(name))
            ? value.Text.ToLowerInvariant() is "true" or "yes" or "on" or "y"
            : null;

    public IReadOnlyList<string> Texts(string name) =>
        [.. Items(name).Where(item => Require(item, YamlKind.String, PathOf(name))).Select(item => item.Text)];

    public IReadOnlyList<YamlNode> Items(string name) =>
        _node[name] is { } value && Require(value, YamlKind.List, PathOf(name))
            ? [.. value.Items.Select(item => item.Value)]
            : [];

    /// <summary>Returns the members of a mapping with arbitrary names.</summary>
    public IReadOnlyList<YamlMember> Members(string name) =>
        _node[name] is { } value && Require(value, YamlKind.Map, PathOf(name)) ? value.Members : [];

    public YamlNode? Value(string name) => Has(name) ? _node[name] : null;

    public string PathOf(string name) => _path.Length > 0 ? $"{_path}.{name}" : name;

    private static int LineOf(YamlMember member) => member.Value.Line;

    /// <summary>Null means the zero value of each type.</summary>
    private bool Require(YamlNode value, YamlKind kind, string name)
    {
        if (value.Kind == kind)
            return true;
        if (value.Kind != YamlKind.Null)
        {
            string quotes =
                kind == YamlKind.String && value.Kind is YamlKind.Boolean or YamlKind.Number ? "; quote it" : "";
            _refuse(value.Line, $"{name} must be {WordsFor(kind)}, not {value.KindText}{quotes}");
        }
        return false;
    }

    private static string WordsFor(YamlKind kind) => new YamlNode(kind, 0, 0).KindText;

    /// <summary>The most common mistake is the case of a letter.</summary>
    private static string NearestOf(string name, ReadOnlySpan<string> names)
    {
        foreach (string known in names)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return $"; write {known}";
        }
        return "";
    }
}
