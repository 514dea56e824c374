using System.Text.Json;
using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Tests.PullResolution;

/// <summary>Tests that configurations resolve as they do in the real clients.</summary>
public sealed class VectorTests
{
    [Theory]
    [InlineData("runner", 698)]
    [InlineData("runner-structured", 300)]
    public void AreResolvedAsByGitLabRunner(string file, int count) =>
        Compare(
            file,
            count,
            (vector, environment) =>
            {
                var resolution = new RunnerResolution(
                    ClientConfigs.OfRunner(environment, vector["ciVariable"] ?? vector["configTomlVariable"]),
                    vector.Helpers,
                    vector["jobPayloadRegistry"] is { } host ? [new PayloadCredential(host, "gitlab-ci-token")] : []
                );
                var found = new List<string>();
                JsonElement expected = vector.Expected;
                bool fails = expected.GetProperty("jobFails").ValueKind != JsonValueKind.Null;
                if (fails != resolution.FatalReason is not null)
                    found.Add($"job fails: {fails}, ours: {resolution.FatalReason}");
                if (fails)
                    return found;
                bool[] dropped =
                [
                    resolution.Dropped.Any(source => source.Source == ConfigSource.Variable),
                    resolution.Dropped.Any(source => source.Source != ConfigSource.Variable),
                ];
                bool[] wanted =
                [
                    expected.GetProperty("variableDropped").GetBoolean(),
                    expected.GetProperty("homeDropped").GetBoolean(),
                ];
                if (!dropped.SequenceEqual(wanted))
                    found.Add($"dropped: {string.Join(", ", wanted)}, ours: {string.Join(", ", resolution.Dropped)}");
                foreach (JsonProperty image in expected.GetProperty("images").EnumerateObject())
                {
                    string theirs = Told(image.Value),
                        ours = Told(resolution.For(image.Name));
                    if (theirs != ours)
                        found.Add($"{image.Name}: {theirs}, ours: {ours}");
                }
                return found;
            }
        );

    [Theory]
    [InlineData("docker", 500)]
    [InlineData("podman", 577)]
    public void AreResolvedAsByThatClient(string client, int count) =>
        Compare(
            client,
            count,
            (vector, environment) =>
            {
                ClientKind kind = client == "docker" ? ClientKind.Docker : ClientKind.Podman;
                var resolution = IPullResolution.Of(kind, ClientConfigs.Of(kind, environment), vector.Helpers);
                var found = new List<string>();
                foreach (JsonProperty image in vector.Expected.GetProperty("images").EnumerateObject())
                {
                    ImageResolution own = resolution.For(image.Name);
                    string theirs = ToldShort(image.Value),
                        ours = ToldShort(own);
                    if (theirs != ours && !CouldBe(own, theirs))
                        found.Add($"{image.Name}: {theirs}, ours: {ours}");
                }
                return found;
            }
        );

    private static void Compare(
        string file,
        int count,
        Func<Vector, EnvironmentSnapshot, IReadOnlyList<string>> disagreements
    )
    {
        Programs.RequireLinux();
        var all = new List<string>();
        int seen = 0;
        foreach (Vector vector in Vector.Read(file))
        {
            using var home = new Home();
            seen++;
            IReadOnlyList<string> found = disagreements(vector, vector.Install(home));
            if (found.Count > 0)
                all.Add($"{vector.Id}\n  {string.Join("\n  ", found)}");
        }
        Assert.Equal(count, seen);
        Assert.True(all.Count == 0, $"{all.Count} differ:\n{string.Join("\n", all)}");
    }

    private static string Told(JsonElement expected)
    {
        if (expected.ValueKind == JsonValueKind.Null)
            return "none";
        string source = expected.GetProperty("source").GetString()!;
        return $"{source} {expected.GetProperty("file")} {expected.GetProperty("key")} "
            + $"{expected.GetProperty("username")} {expected.GetProperty("usable")}";
    }

    private static string Told(ImageResolution resolution)
    {
        if (resolution.Used is not { } used)
            return "none";
        string source = used.Source switch
        {
            ConfigSource.Variable => "variable ",
            PayloadCredential.SourceName => "payload ",
            var path => $"home {Path.GetFileName(path)}",
        };
        return $"{source} {used.Key} {used.Username} {used.IsUsable}";
    }

    private static string ToldShort(JsonElement expected)
    {
        if (expected.TryGetProperty("invalidReference", out _))
            return "invalid";
        if (expected.TryGetProperty("fails", out JsonElement fails) && fails.ValueKind == JsonValueKind.String)
            return "fails";
        return expected.GetProperty("usable").GetBoolean() ? $"{expected.GetProperty("username")}" : "none";
    }

    /// <summary>
    /// Of several entries in an old notation for a host, a client picks any; seven configurations show it.
    /// </summary>
    private static bool CouldBe(ImageResolution resolution, string expected) =>
        resolution.Candidates is [{ Helper: null }, { Helper: null }, ..]
        && resolution.Candidates.Any(candidate => Told(candidate) == expected);

    private static string Told(Candidate candidate) => candidate.IsUsable ? candidate.Username ?? "<token>" : "none";

    private static string ToldShort(ImageResolution resolution)
    {
        if (resolution.FatalReason is { } fatal)
            return fatal.Contains("reference", StringComparison.Ordinal) ? "invalid" : "fails";
        return resolution.Used is { } used ? Told(used) : "none";
    }
}
