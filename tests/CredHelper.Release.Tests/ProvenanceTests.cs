using System.Text.Json;

namespace CredHelper.Release.Tests;

public sealed class ProvenanceTests
{
    [Fact]
    public void TheStatementNamesFilesCommitAndParts()
    {
        var statement = Write([]);
        Assert.Equal("https://in-toto.io/Statement/v1", statement.GetProperty("_type").GetString());
        Assert.Equal("https://slsa.dev/provenance/v1", statement.GetProperty("predicateType").GetString());
        Assert.Equal(
            """[{"name":"a.tar.gz","digest":{"sha256":"00ff"}}]""",
            JsonSerializer.Serialize(statement.GetProperty("subject"))
        );
        var definition = statement.GetProperty("predicate").GetProperty("buildDefinition");
        Assert.Equal(
            $$$"""
            [{"uri":"git\u002Bhttps://git.example.com/ecr-login","digest":{"gitCommit":"{{{Samples.Source.Commit}}}"}},
            {"uri":"pkg:generic/part@1"}]
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(definition.GetProperty("resolvedDependencies"))
        );
        Assert.Equal("1.2.3", definition.GetProperty("externalParameters").GetProperty("version").GetString());
    }

    [Fact]
    public void AReleaseByHandHasNoRun()
    {
        var details = Write([]).GetProperty("predicate").GetProperty("runDetails");
        Assert.Equal("https://git.example.com/ecr-login#by-hand", Builder(details));
        Assert.False(details.TryGetProperty("metadata", out _));
    }

    [Fact]
    public void APipelineOfGitHubSaysWhichWorkflowAndRunItIs()
    {
        var details = Write(
                new()
                {
                    ["GITHUB_SERVER_URL"] = "https://github.com",
                    ["GITHUB_WORKFLOW_REF"] = "o/r/.github/workflows/ci.yml@refs/tags/v1.2.3",
                    ["GITHUB_REPOSITORY"] = "o/r",
                    ["GITHUB_RUN_ID"] = "7",
                    ["GITHUB_RUN_ATTEMPT"] = "2",
                }
            )
            .GetProperty("predicate")
            .GetProperty("runDetails");
        Assert.Equal("https://github.com/o/r/.github/workflows/ci.yml@refs/tags/v1.2.3", Builder(details));
        Assert.Equal("https://github.com/o/r/actions/runs/7/attempts/2", Run(details));
    }

    [Fact]
    public void APipelineOfGitLabSaysWhichRunnerAndJobItIs()
    {
        var details = Write(
                new()
                {
                    ["CI_PROJECT_URL"] = "https://gitlab.com/o/r",
                    ["CI_RUNNER_ID"] = "5",
                    ["CI_JOB_URL"] = "https://gitlab.com/o/r/-/jobs/9",
                }
            )
            .GetProperty("predicate")
            .GetProperty("runDetails");
        Assert.Equal("https://gitlab.com/o/r/-/runners/5", Builder(details));
        Assert.Equal("https://gitlab.com/o/r/-/jobs/9", Run(details));
    }

    private static string? Builder(JsonElement details) => details.GetProperty("builder").GetProperty("id").GetString();

    private static string? Run(JsonElement details) =>
        details.GetProperty("metadata").GetProperty("invocationId").GetString();

    private static JsonElement Write(Dictionary<string, string> environment)
    {
        Component part = new("part", "1", "pkg:generic/part@1", "MIT", "Ann");
        return JsonDocument
            .Parse(Provenance.Write(Samples.Source, Samples.Project, [("a.tar.gz", "00ff")], [part, part], environment))
            .RootElement;
    }
}
