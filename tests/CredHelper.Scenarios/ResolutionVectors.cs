using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CredHelper.Scenarios.Runner;

namespace CredHelper.Scenarios;

/// <summary>
/// Configurations that the real clients resolved (CredHelper.Tests/PullResolution/Vectors), checked with <c>doctor
/// --json</c> of the published program and with helpers that are run.
/// </summary>
public sealed class ResolutionVectors
{
    private const int InvalidArgument = 2;

    [Theory]
    [InlineData("docker", "docker")]
    [InlineData("podman", "podman")]
    [InlineData("runner", "gitlab-runner")]
    [InlineData("runner-structured", "gitlab-runner")]
    public async Task AreResolvedAsByTheClient(string file, string client)
    {
        List<JsonElement> vectors = [.. Read(file)];
        var different = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            vectors,
            TestContext.Current.CancellationToken,
            async (vector, _) =>
            {
                string home = Directory.CreateTempSubdirectory("credhelper-vector-").FullName;
                try
                {
                    Dictionary<string, string> environment = VectorHome.Install(vector, home);
                    foreach (
                        string difference in client == "gitlab-runner"
                            ? await CompareRunnerAsync(vector, environment)
                            : await CompareAsync(vector, client, environment)
                    )
                    {
                        different.Add($"{vector.GetProperty("id")}: {difference}");
                    }
                }
                finally
                {
                    Directory.Delete(home, recursive: true);
                }
            }
        );
        Assert.True(vectors.Count > 0);
        Assert.True(different.IsEmpty, string.Join('\n', different.Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<JsonElement> Read(string name)
    {
        string path = Path.Combine(
            ScenarioFiles.RepositoryRoot,
            $"tests/CredHelper.Tests/PullResolution/Vectors/{name}.jsonl.gz"
        );
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return JsonDocument.Parse(line).RootElement;
    }

    /// <summary>An image that docker refuses is not an argument either, unless it can name a registry.</summary>
    private static async Task<IReadOnlyList<string>> CompareAsync(
        JsonElement vector,
        string client,
        Dictionary<string, string> environment
    )
    {
        ILookup<bool, JsonProperty> images = vector
            .GetProperty("expected")
            .GetProperty("images")
            .EnumerateObject()
            .ToLookup(image => image.Value.TryGetProperty("invalidReference", out _));
        var found = new List<string>();
        foreach (JsonProperty image in images[true].Where(image => !IsRegistry(image.Name)))
        {
            Outcome refused = await DoctorAsync(environment, "", ["--as", client], [image.Name]);
            if (refused.ExitCode != InvalidArgument)
                found.Add($"{image.Name} is not refused");
        }
        if (!images[false].Any())
            return found;
        Outcome outcome = await DoctorAsync(
            environment,
            "",
            ["--as", client],
            [.. images[false].Select(image => image.Name)]
        );
        Dictionary<string, JsonElement> ours = Resolutions(outcome);
        foreach (JsonProperty image in images[false])
        {
            string expected = Told(image.Value),
                told = ToldByDoctor(ours[image.Name]);
            if (told != expected && !CouldBe(ours[image.Name], expected))
                found.Add($"{image.Name}: {expected}, ours: {told}");
        }
        return found;
    }

    private static bool IsRegistry(string image) =>
        image.EndsWith('/') || image.Contains("://", StringComparison.Ordinal);

    private static string Told(JsonElement expected)
    {
        if (expected.TryGetProperty("fails", out JsonElement fails) && fails.ValueKind == JsonValueKind.String)
            return "fails";
        return expected.GetProperty("usable").GetBoolean() ? $"{expected.GetProperty("username")}" : "none";
    }

    private static string ToldByDoctor(JsonElement resolution)
    {
        if (resolution.GetProperty("failure").ValueKind != JsonValueKind.Null)
            return "fails";
        return Winner(resolution) is { } winner ? ToldOf(winner) : "none";
    }

    private static string ToldOf(JsonElement candidate)
    {
        if (Text(candidate, "outcome") != "credentials")
            return "none";
        return Text(candidate, "username") ?? "<token>";
    }

    /// <summary>Of several entries in an old notation for a host, a client picks any.</summary>
    private static bool CouldBe(JsonElement resolution, string expected) =>
        resolution.GetProperty("candidates").GetArrayLength() > 1
        && resolution.GetProperty("candidates").EnumerateArray().Any(candidate => ToldOf(candidate) == expected);

    /// <summary>Runs the process that doctor starts as the runner manager, with the data of its parent.</summary>
    private static async Task<IReadOnlyList<string>> CompareRunnerAsync(
        JsonElement vector,
        Dictionary<string, string> environment
    )
    {
        JsonElement expected = vector.GetProperty("expected");
        Outcome outcome = await DoctorAsync(environment, Snapshot(vector, environment["HOME"]), ["--seated"], []);
        Dictionary<string, JsonElement> ours = Resolutions(outcome);
        if (ours.Count == 0)
            return [];
        JsonElement any = ours.Values.First();
        var found = new List<string>();
        bool fails = any.GetProperty("failure").ValueKind != JsonValueKind.Null;
        if (fails != (expected.GetProperty("jobFails").ValueKind != JsonValueKind.Null))
            found.Add($"job: {expected.GetProperty("jobFails")}, ours: {any.GetProperty("failure")}");
        if (fails)
            return found;
        List<string?> dropped = [.. any.GetProperty("dropped").EnumerateArray().Select(one => Text(one, "source"))];
        if (
            dropped.Contains("DOCKER_AUTH_CONFIG") != expected.GetProperty("variableDropped").GetBoolean()
            || dropped.Exists(source => source != "DOCKER_AUTH_CONFIG")
                != expected.GetProperty("homeDropped").GetBoolean()
        )
        {
            found.Add($"dropped: {string.Join(", ", dropped)}");
        }

        foreach (JsonProperty image in expected.GetProperty("images").EnumerateObject())
        {
            if (!ours.TryGetValue(image.Name, out JsonElement resolution))
                continue;
            string theirs = ToldByRunner(image.Value),
                told = Winner(resolution) is { } winner ? ToldAsRunner(winner) : "none";
            if (theirs != told)
                found.Add($"{image.Name}: {theirs}, ours: {told}");
        }
        return found;
    }

    private static string ToldByRunner(JsonElement expected) =>
        expected.ValueKind == JsonValueKind.Null
            ? "none"
            : $"{Text(expected, "source")} {Text(expected, "file")} {Text(expected, "key")} "
                + $"{Text(expected, "username")} {expected.GetProperty("usable")}";

    private static string ToldAsRunner(JsonElement candidate)
    {
        string source = Text(candidate, "source") switch
        {
            "DOCKER_AUTH_CONFIG" => "variable ",
            "job payload" => "payload ",
            var path => $"home {Path.GetFileName(path)}",
        };
        return $"{source} {Text(candidate, "key")} {Text(candidate, "username")} "
            + $"{Text(candidate, "outcome") == "credentials"}";
    }

    private static string Snapshot(JsonElement vector, string home) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["manager"] = "the test",
                ["home"] = home,
                ["homeOrigin"] = "the test",
                ["configPath"] = null,
                ["configProblems"] = Array.Empty<string>(),
                ["configWarnings"] = Array.Empty<string>(),
                ["neverRead"] = null,
                ["inContainer"] = false,
                ["missingVariables"] = Array.Empty<string>(),
                ["missingFiles"] = Array.Empty<string>(),
                ["ciVariable"] = Text(vector, "ciVariable"),
                ["jobRegistry"] = Text(vector, "jobPayloadRegistry"),
                ["jobUser"] = "gitlab-ci-token",
                ["jobToken"] = Text(vector, "jobPayloadRegistry") is null ? null : "jobtok",
                ["runners"] = new[]
                {
                    new Dictionary<string, object?>
                    {
                        ["name"] = "r",
                        ["executor"] = "docker",
                        ["image"] = null,
                        ["helperImage"] = null,
                        ["services"] = vector.GetProperty("images"),
                        ["privileged"] = false,
                        ["authConfig"] = Text(vector, "configTomlVariable"),
                        ["id"] = null,
                        ["pullsImages"] = true,
                        ["unknownVariables"] = Array.Empty<string>(),
                    },
                },
            }
        );

    private static async Task<Outcome> DoctorAsync(
        Dictionary<string, string> environment,
        string input,
        string[] options,
        string[] images
    )
    {
        string binary = Path.Combine(PublishedBinary.Directory, PublishedBinary.Name);
        using ChildProcess child = ChildProcess.Start(
            new Launch(
                [binary, "doctor", "--offline", "--json", .. options, "--", .. images],
                environment,
                environment["HOME"],
                Encoding.UTF8.GetBytes(input),
                StdinStaysOpen: false,
                "",
                User: null
            )
        );
        return await child.WaitAsync(TimeSpan.FromSeconds(60)) ?? throw new TimeoutException();
    }

    private static Dictionary<string, JsonElement> Resolutions(Outcome outcome)
    {
        Assert.True(outcome.ExitCode is 0 or 1, outcome.Stderr);
        return JsonDocument
            .Parse(outcome.Stdout)
            .RootElement.GetProperty("images")
            .EnumerateArray()
            .Select(image => image.GetProperty("resolution"))
            .ToDictionary(resolution => resolution.GetProperty("image").GetString()!);
    }

    private static JsonElement? Winner(JsonElement resolution) =>
        resolution.GetProperty("winner").ValueKind == JsonValueKind.Number
            ? resolution.GetProperty("candidates")[resolution.GetProperty("winner").GetInt32()]
            : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
