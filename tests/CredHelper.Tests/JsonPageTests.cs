using System.Text.Json;
using System.Text.RegularExpressions;

namespace CredHelper.Tests;

/// <summary>
/// Tests that the tables and examples of docs/reference/json.md and the schemas have the same fields. Scenarios compare
/// the schemas with the program's output.
/// </summary>
public sealed partial class JsonPageTests
{
    private static readonly string Page = Repository.Read("docs", "reference", "json.md");

    [Theory]
    [InlineData("doctor", "doctor.json")]
    [InlineData("cache list", "cache-list.json")]
    [InlineData("explain", "explain.json")]
    [InlineData("setup", "setup.json")]
    public void HasTheFieldsOfTheSchema(string heading, string schema)
    {
        string section = Page.Split($"\n## {heading}\n")[1].Split("\n## ")[0];
        string[] documented =
        [
            .. Row().Matches(section).SelectMany(row => Name().Matches(row.Groups["names"].Value)).Select(NameOf),
        ];
        Assert.NotEmpty(documented);

        HashSet<string> fields = [];
        AddFields(Schema(schema), fields);
        // A token is an entry of cache list wherever it occurs.
        AddFields(Schema("cache-list.json"), fields);
        Assert.Equal([], documented.Except(fields));
        Assert.Equal([], KeyInExample().Matches(section).Select(NameOf).Except(fields));

        string[] outer = [.. Schema(schema).GetProperty("properties").EnumerateObject().Select(field => field.Name)];
        string[] common = ["schema", "version"];
        Assert.Equal([], outer.Except(common).Except(Name().Matches(section).Select(NameOf)));
    }

    private static JsonElement Schema(string name) =>
        JsonElement.Parse(Repository.Read("docs", "reference", "schemas", name));

    private static void AddFields(JsonElement schema, HashSet<string> fields)
    {
        foreach (JsonElement item in schema.ValueKind == JsonValueKind.Array ? schema.EnumerateArray() : default)
            AddFields(item, fields);
        foreach (JsonProperty member in schema.ValueKind == JsonValueKind.Object ? schema.EnumerateObject() : default)
        {
            if (member.NameEquals("properties"))
                fields.UnionWith(member.Value.EnumerateObject().Select(field => field.Name));
            AddFields(member.Value, fields);
        }
    }

    private static string NameOf(Match match) => match.Groups["name"].Value;

    [GeneratedRegex(@"^\| (?<names>`[^|]*`) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[a-zA-Z]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex("\"(?<name>[a-zA-Z]+)\": ", RegexOptions.ExplicitCapture)]
    private static partial Regex KeyInExample();
}
