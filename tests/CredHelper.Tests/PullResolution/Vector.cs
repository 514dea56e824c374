using System.IO.Compression;
using System.Text.Json;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Tests.PullResolution;

/// <summary>A configuration and how a real client resolved it; Vectors/README.md describes the fields.</summary>
internal sealed class Vector(JsonElement data)
{
    public string Id => data.GetProperty("id").GetString()!;

    public IReadOnlyList<string> Images =>
        [.. data.GetProperty("images").EnumerateArray().Select(image => image.GetString()!)];

    public JsonElement Expected => data.GetProperty("expected");

    public string? this[string name] =>
        data.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <param name="name">The name of a file in Vectors.</param>
    public static IEnumerable<Vector> Read(string name)
    {
        string path = Path.Combine(
            Repository.Root,
            "tests",
            "CredHelper.Tests",
            "PullResolution",
            "Vectors",
            $"{name}.jsonl.gz"
        );
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return new Vector(JsonDocument.Parse(line).RootElement);
    }

    /// <summary>Writes its files below a home directory, and returns the environment of the client.</summary>
    public EnvironmentSnapshot Install(Home home)
    {
        string runtime = Path.Combine(home.Root, "xdg");
        Directory.CreateDirectory(runtime);
        foreach (JsonProperty file in data.GetProperty("files").EnumerateObject())
            home.Write(file.Name.Replace("$XDG_RUNTIME_DIR", "xdg", StringComparison.Ordinal), file.Value.GetString()!);
        if (data.TryGetProperty("configJsonIsDirectory", out JsonElement isDirectory) && isDirectory.GetBoolean())
            Directory.CreateDirectory(Path.Combine(home.Root, ".docker", "config.json"));
        var variables = new List<(string, string)> { ("XDG_RUNTIME_DIR", runtime), ("PATH", "/usr/bin:/bin") };
        if (this["environmentVariable"] is { } variable)
            variables.Add((ConfigSource.Variable, variable));
        return home.Environment([.. variables]);
    }

    /// <summary>Its helpers, which return recorded answers without being started.</summary>
    public HelperRuns Helpers => new RecordedHelpers(data.GetProperty("helpers"));

    private sealed class RecordedHelpers(JsonElement helpers)
        : HelperRuns(new EnvironmentSnapshot(new Dictionary<string, string>()))
    {
        private static readonly string[] Installed = ["fh-a", "fh-b", "fh-c", "fh-d"];

        protected override (ChildResult? Result, string? Failure) Start(string helper, string verb, string input)
        {
            bool isRecorded = helpers.TryGetProperty(helper, out JsonElement answers);
            if (!isRecorded && !Installed.Contains(helper))
                return (null, HelperProgram.NotOnPath(helper));
            if (isRecorded && Find(answers, verb, input) is { } answer)
            {
                return (
                    new ChildResult(
                        answer[0].ValueKind == JsonValueKind.Number ? answer[0].GetInt32() : 137,
                        answer[2].GetString()!,
                        answer[1].GetString()!
                    ),
                    null
                );
            }

            return (new ChildResult(1, "credentials not found in native keychain\n", ""), null);
        }

        private static JsonElement? Find(JsonElement answers, string verb, string input)
        {
            if (!answers.TryGetProperty(verb, out JsonElement found))
                return null;
            if (verb == "list")
                return found;
            return found.TryGetProperty(input, out JsonElement answer) ? answer : null;
        }
    }
}
