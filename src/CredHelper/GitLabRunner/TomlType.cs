using System.Globalization;
using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.GitLabRunner;

/// <summary>A value of config.toml for which GitLab Runner refuses the whole file.</summary>
/// <param name="Text">What it is and what the runner expects, without the file name.</param>
/// <param name="Correction">The line to write instead.</param>
internal sealed record TomlProblem(int Line, string Text, string Correction);

/// <summary>A key that GitLab Runner ignores because it belongs in another table.</summary>
internal sealed record MisplacedKey(int Line, string Path, string Belongs);

/// <summary>The problems found by a decoding.</summary>
internal sealed class TomlDecoding
{
    public List<TomlProblem> Problems { get; } = [];

    public List<MisplacedKey> Misplaced { get; } = [];
}

/// <summary>
/// The position of a value, for messages: <c>runners.docker.volumes</c>, with the key <c>volumes</c>.
/// </summary>
/// <param name="IsItem">Whether it is an entry of that array.</param>
internal sealed record TomlPlace(string Path, string Key, bool IsItem = false)
{
    public static readonly TomlPlace Root = new("", "");

    public TomlPlace Below(string name)
    {
        string key = ForeignText.Clean(name);
        return new TomlPlace(Path.Length == 0 ? key : $"{Path}.{key}", key);
    }

    public override string ToString() => IsItem ? $"each entry of {Path}" : Path;
}

/// <summary>
/// A type that github.com/BurntSushi/toml fills from a TOML value. The only conversions are from an integer to a float
/// and from a string to a duration or a time; the first value of another kind ends the decoding of the whole file.
/// </summary>
internal abstract class TomlType
{
    public static readonly TomlType Text = new ScalarType("a string", [TomlKind.String], TomlCorrection.ToText),
        Integer = new ScalarType("an integer", [TomlKind.Integer], TomlCorrection.ToInteger),
        Float = new ScalarType("a number", [TomlKind.Float, TomlKind.Integer], TomlCorrection.ToInteger),
        Flag = new ScalarType("true or false without quotes", [TomlKind.Boolean], TomlCorrection.ToFlag),
        Time = new ScalarType(
            "a date and time",
            [TomlKind.Time],
            _ => "2026-01-02T03:04:05Z",
            text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _)
        ),
        Duration = new ScalarType("a duration such as \"30s\"", [TomlKind.Integer], _ => "\"30s\"", GoDuration.IsValid),
        Any = new AnyType();

    private TomlType() { }

    /// <param name="takesText">Whether a single string is accepted as a list.</param>
    public static TomlType List(TomlType item, bool takesText = false) => new ListType(item, takesText);

    public static TomlType Map(TomlType value) => new MapType(value);

    /// <summary>The names of the fields by type, separated by white space.</summary>
    public static TomlType Struct(params (TomlType Type, string Names)[] fields) =>
        new StructType(
            fields
                .SelectMany(field =>
                    field
                        .Names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                        .Select(name => (name, field.Type))
                )
                .ToDictionary(field => field.name, field => field.Type, StringComparer.OrdinalIgnoreCase)
        );

    public void Decode(TomlValue value, TomlDecoding decoding) => Decode(value, TomlPlace.Root, decoding, []);

    /// <summary>An example of an item of a list, if it is not a plain value.</summary>
    protected virtual string? ExampleOf(TomlPlace place, TomlValue value) => null;

    protected abstract void Decode(
        TomlValue value,
        TomlPlace place,
        TomlDecoding decoding,
        IReadOnlyList<(StructType Type, TomlPlace Place)> around
    );

    protected static void Refuse(
        TomlValue value,
        TomlPlace place,
        TomlDecoding decoding,
        string wanted,
        string correction
    ) =>
        decoding.Problems.Add(
            new TomlProblem(value.Line, $"{place} must be {wanted}, not {KindOf(value)}", correction)
        );

    private static string KindOf(TomlValue value) =>
        value.Kind switch
        {
            TomlKind.String => "a string",
            TomlKind.Integer => "an integer",
            TomlKind.Float => "a float",
            TomlKind.Boolean => "a boolean",
            TomlKind.Time => "a date",
            TomlKind.Array => value.IsHeader ? "an array of tables ([[…]])" : "an array",
            _ => "a table",
        };

    private sealed class ScalarType(
        string wanted,
        TomlKind[] kinds,
        Func<TomlValue, string> correct,
        Func<string, bool>? takesText = null
    ) : TomlType
    {
        protected override void Decode(
            TomlValue value,
            TomlPlace place,
            TomlDecoding decoding,
            IReadOnlyList<(StructType Type, TomlPlace Place)> around
        )
        {
            bool isTaken = kinds.Contains(value.Kind) || (value.Text is { } text && takesText?.Invoke(text) == true);
            if (isTaken)
                return;
            string corrected = correct(value);
            Refuse(value, place, decoding, wanted, $"{place.Key} = {(place.IsItem ? $"[{corrected}]" : corrected)}");
        }
    }

    private sealed class AnyType : TomlType
    {
        protected override void Decode(
            TomlValue value,
            TomlPlace place,
            TomlDecoding decoding,
            IReadOnlyList<(StructType Type, TomlPlace Place)> around
        ) { }
    }

    private sealed class ListType(TomlType item, bool takesText) : TomlType
    {
        private string Wanted
        {
            get
            {
                if (item == Text)
                    return "an array of strings";
                return item is StructType ? "an array of tables" : "an array";
            }
        }

        protected override void Decode(
            TomlValue value,
            TomlPlace place,
            TomlDecoding decoding,
            IReadOnlyList<(StructType Type, TomlPlace Place)> around
        )
        {
            if (takesText && value.Kind == TomlKind.String)
                return;
            if (value.Kind != TomlKind.Array)
            {
                string example = item.ExampleOf(place, value) ?? TomlCorrection.ToList(place.Key, value);
                Refuse(value, place, decoding, Wanted, example);
                return;
            }
            foreach (TomlValue one in value.Items)
                item.Decode(one, place with { IsItem = true }, decoding, around);
        }
    }

    /// <summary>A value that is not a table is ignored without an error, as the library does for maps.</summary>
    private sealed class MapType(TomlType item) : TomlType
    {
        protected override void Decode(
            TomlValue value,
            TomlPlace place,
            TomlDecoding decoding,
            IReadOnlyList<(StructType Type, TomlPlace Place)> around
        )
        {
            foreach (TomlMember member in value.Members)
                item.Decode(member.Value, place.Below(member.Name), decoding, around);
        }
    }

    protected sealed class StructType(IReadOnlyDictionary<string, TomlType> fields) : TomlType
    {
        public bool Has(string name) => fields.ContainsKey(name);

        /// <summary>A string instead of a table is most often the name of what the table describes.</summary>
        protected override string? ExampleOf(TomlPlace place, TomlValue value) =>
            Has("name") && (value.Text ?? (value.Texts is [var first, ..] ? first : null)) is { } name
                ? $"[[{place.Path}]] with name = {TomlSource.Quote(name)}"
                : $"[[{place.Path}]]";

        protected override void Decode(
            TomlValue value,
            TomlPlace place,
            TomlDecoding decoding,
            IReadOnlyList<(StructType Type, TomlPlace Place)> around
        )
        {
            if (value.Kind != TomlKind.Table)
            {
                string example = value.IsHeader ? $"[{place.Path}]" : ExampleOf(place, value)!;
                Refuse(value, place, decoding, "a table", example);
                return;
            }
            foreach (TomlMember member in value.Members)
            {
                if (fields.TryGetValue(member.Name, out TomlType? type))
                    type.Decode(member.Value, place.Below(member.Name), decoding, [.. around, (this, place)]);
                else if (OwnerOf(member.Name, value, place, around) is { } owner)
                    decoding.Misplaced.Add(Misplaced(member, place, owner));
            }
        }

        /// <summary>The parent table, or a direct child, that has such a key.</summary>
        private TomlPlace? OwnerOf(
            string name,
            TomlValue value,
            TomlPlace place,
            IReadOnlyList<(StructType Type, TomlPlace Place)> around
        ) =>
            around.LastOrDefault(one => one.Type.Has(name)).Place
            ?? value
                .Members.Where(member => fields.GetValueOrDefault(member.Name) is StructType below && below.Has(name))
                .Select(member => place.Below(member.Name))
                .FirstOrDefault();

        private static MisplacedKey Misplaced(TomlMember member, TomlPlace place, TomlPlace owner)
        {
            int line = member.Value.Line;
            string path = place.Below(member.Name).Path;
            string belongs = owner.Path switch
            {
                "" => "the top of the file, before the first table",
                "runners" => "[[runners]]",
                var table => $"[{table}]",
            };
            return new MisplacedKey(line, path, belongs);
        }
    }
}
