using System.Text.Json.Nodes;
using Json.Schema;

namespace CredHelper.Scenarios.Runner;

/// <summary>
/// The documented schemas of the output with <c>--json</c> (docs/reference/schemas). Every scenario that prints JSON
/// checks it against them.
/// </summary>
internal static class OutputSchemas
{
    private static readonly string Folder = Path.Combine(ScenarioFiles.RepositoryRoot, "docs", "reference", "schemas");

    private static readonly EvaluationOptions Options = new()
    {
        OutputFormat = OutputFormat.List,
        RequireFormatValidation = true,
    };

    private static readonly Lock Evaluation = new();

    private static readonly Lazy<Dictionary<string, JsonSchema>> All = new(Read);

    /// <summary>
    /// Returns the violation; null if the output is valid, or is not JSON of a command with a schema.
    /// </summary>
    public static string? Difference(IReadOnlyList<string> command, string output)
    {
        if (output.Length == 0 || SchemaOf(command) is not { } name)
            return null;
        EvaluationResults results;
        // The library prepares a schema on first use, which is not thread-safe.
        lock (Evaluation)
            results = All.Value[name].Evaluate(JsonNode.Parse(output), Options);
        if (results.IsValid)
            return null;
        IEnumerable<string> errors =
            from detail in results.Details
            where detail.Errors is not null
            from error in detail.Errors!
            select $"{detail.InstanceLocation}: {error.Key}: {error.Value}";
        return $"the output is not as docs/reference/schemas/{name} says: {string.Join("; ", errors)}";
    }

    private static string? SchemaOf(IReadOnlyList<string> command)
    {
        List<string> words =
        [
            .. command
                .SkipWhile(word => Path.GetFileName(word) != PublishedBinary.Name)
                .Skip(1)
                .TakeWhile(word => word != "--"),
        ];
        int format = words.IndexOf("--format");
        bool isJson = words.Contains("--json") || (format >= 0 && words.ElementAtOrDefault(format + 1) == "json");
        return words switch
        {
            _ when !isJson || words.Contains("--output") => null,
            ["doctor" or "explain" or "setup", ..] => $"{words[0]}.json",
            ["cache", "list", ..] => "cache-list.json",
            _ => null,
        };
    }

    private static Dictionary<string, JsonSchema> Read()
    {
        var schemas = new Dictionary<string, JsonSchema>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(Folder, "*.json"))
        {
            JsonSchema schema = JsonSchema.FromFile(file);
            SchemaRegistry.Global.Register(schema.BaseUri, schema);
            schemas[Path.GetFileName(file)] = schema;
        }
        return schemas;
    }
}
