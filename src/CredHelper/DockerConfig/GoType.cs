using CredHelper.Errors;

namespace CredHelper.DockerConfig;

/// <summary>The first error of a decoding.</summary>
/// <param name="AllowsUnknown">Whether names that a struct does not have are ignored.</param>
internal sealed record GoDecoding(bool AllowsUnknown = true)
{
    /// <summary>The first error, as Go reports it; decoding continues after it.</summary>
    public string? Problem { get; private set; }

    public void Refuse(string path, JsonValue value, string wanted) =>
        Problem ??=
            path.Length == 0
                ? $"it is not {wanted}"
                : $"{path} must be {wanted}, not {value.KindText} (line {value.Line})";

    public void RefuseName(string path, JsonValue value) =>
        Problem ??= $"{path} is not supported there (line {value.Line})";
}

/// <summary>
/// A type that Go's encoding/json fills from a JSON value: a value of another kind is an error and leaves the target
/// unchanged, <c>null</c> clears maps and lists and leaves other types unchanged, and decoding always continues.
/// </summary>
internal abstract class GoType
{
    public static readonly GoType Text = new TextType();

    private GoType() { }

    public static GoType List(GoType item) => new ListType(item);

    public static GoType Map(GoType value) => new MapType(value);

    public static GoType Struct(IReadOnlyDictionary<string, GoType> fields) => new StructType(fields);

    /// <summary>A struct in which all fields are strings.</summary>
    public static GoType Texts(params string[] names) => Struct(names.ToDictionary(name => name, _ => Text));

    /// <summary>Returns the target's new content: a string, or a dictionary for a map or a struct.</summary>
    /// <param name="current">The target's previous content; null for Go's zero value.</param>
    /// <param name="path">The path of the value, for messages.</param>
    public abstract object? Decode(JsonValue value, object? current, string path, GoDecoding decoding);

    /// <summary>Whether it is a struct that has a field with that name.</summary>
    public virtual bool Knows(string name) => false;

    /// <summary>Whether Go treats two names as equal; it ignores case by Unicode's simple folding.</summary>
    public static bool IsSameName(string one, string other) =>
        string.Equals(Folded(one), Folded(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>The two letters outside of ASCII that fold into it: the long s and the Kelvin sign.</summary>
    private static string Folded(string name) => name.Replace('\u017F', 's').Replace('\u212A', 'k');

    private static string Below(string path, string name) =>
        path.Length == 0 ? ForeignText.Clean(name) : $"{path} > {ForeignText.Clean(name)}";

    private sealed class TextType : GoType
    {
        public override object? Decode(JsonValue value, object? current, string path, GoDecoding decoding)
        {
            if (value.Kind == JsonKind.String)
                return value.Text;
            if (value.Kind != JsonKind.Null)
                decoding.Refuse(path, value, "a string");
            return current;
        }
    }

    /// <summary>Items are checked but not kept: no list in docker's configuration affects credentials.</summary>
    private sealed class ListType(GoType item) : GoType
    {
        public override object? Decode(JsonValue value, object? current, string path, GoDecoding decoding)
        {
            if (value.Kind is not (JsonKind.Array or JsonKind.Null))
                decoding.Refuse(path, value, "an array");
            foreach (JsonValue one in value.Items)
                item.Decode(one, null, path, decoding);
            return null;
        }
    }

    private sealed class MapType(GoType item) : GoType
    {
        public override object? Decode(JsonValue value, object? current, string path, GoDecoding decoding)
        {
            if (value.Kind == JsonKind.Null)
                return null;
            if (value.Kind != JsonKind.Object)
            {
                decoding.Refuse(path, value, "an object");
                return current;
            }
            // A second map with the same name adds to the first one, key by key.
            Dictionary<string, object?> map = current as Dictionary<string, object?> ?? new(StringComparer.Ordinal);
            foreach (JsonMember member in value.Members)
                map[member.Name] = item.Decode(member.Value, null, Below(path, member.Name), decoding);
            return map;
        }
    }

    private sealed class StructType(IReadOnlyDictionary<string, GoType> fields) : GoType
    {
        public override bool Knows(string name) => NameOf(name) is not null;

        public override object? Decode(JsonValue value, object? current, string path, GoDecoding decoding)
        {
            if (value.Kind is not (JsonKind.Object or JsonKind.Null))
                decoding.Refuse(path, value, path.Length == 0 ? "a JSON object" : "an object");
            Dictionary<string, object?> filled = current as Dictionary<string, object?> ?? new(StringComparer.Ordinal);
            foreach (JsonMember member in value.Members)
            {
                if (NameOf(member.Name) is { } name)
                {
                    filled[name] = fields[name]
                        .Decode(member.Value, filled.GetValueOrDefault(name), Below(path, member.Name), decoding);
                }
                else if (!decoding.AllowsUnknown)
                {
                    decoding.RefuseName(Below(path, member.Name), member.Value);
                }
            }
            return filled;
        }

        private string? NameOf(string name) =>
            fields.ContainsKey(name) ? name : fields.Keys.FirstOrDefault(field => IsSameName(field, name));
    }
}
