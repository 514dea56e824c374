using System.Text.Json.Nodes;

namespace CredHelper.Release;

/// <summary>The sources and the builder of a release's files: SLSA provenance as an in-toto statement.</summary>
internal static class Provenance
{
    public static string FileName(Source source) => $"{Installed.Name}-{source.Version}.intoto.json";

    /// <param name="subjects">The files, with the image under its name.</param>
    /// <param name="components">The components linked into the programs.</param>
    /// <param name="environment">The environment of the builder, which identifies the pipeline.</param>
    public static byte[] Write(
        Source source,
        Project project,
        IEnumerable<(string Name, string Hash)> subjects,
        IEnumerable<Component> components,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var commit = new JsonObject
        {
            ["uri"] = $"git+{project.Url}",
            ["digest"] = new JsonObject { ["gitCommit"] = source.Commit },
        };
        var parts = components
            .Select(component => component.Purl)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(purl => new JsonObject { ["uri"] = purl });
        var (builder, run) = Builder(project, environment);
        var details = new JsonObject { ["builder"] = new JsonObject { ["id"] = builder } };
        if (run is not null)
        {
            details["metadata"] = new JsonObject { ["invocationId"] = run };
        }
        return Json.Write(
            new()
            {
                ["_type"] = "https://in-toto.io/Statement/v1",
                ["subject"] = new JsonArray([.. subjects.Select(subject => Subject(subject.Name, subject.Hash))]),
                ["predicateType"] = "https://slsa.dev/provenance/v1",
                ["predicate"] = new JsonObject
                {
                    ["buildDefinition"] = new JsonObject
                    {
                        ["buildType"] = $"{project.Url}#release-v1",
                        ["externalParameters"] = new JsonObject
                        {
                            ["source"] = commit.DeepClone(),
                            ["version"] = source.Version,
                        },
                        ["resolvedDependencies"] = new JsonArray([commit, .. parts]),
                    },
                    ["runDetails"] = details,
                },
            }
        );
    }

    private static JsonObject Subject(string name, string hash) =>
        new()
        {
            ["name"] = name,
            ["digest"] = new JsonObject { ["sha256"] = hash },
        };

    private static (string Id, string? Run) Builder(Project project, IReadOnlyDictionary<string, string> environment)
    {
        string Value(string name) => environment.GetValueOrDefault(name, "");
        if (environment.ContainsKey("GITHUB_WORKFLOW_REF"))
        {
            var server = Value("GITHUB_SERVER_URL");
            return (
                $"{server}/{Value("GITHUB_WORKFLOW_REF")}",
                $"{server}/{Value("GITHUB_REPOSITORY")}/actions/runs/{Value("GITHUB_RUN_ID")}"
                    + $"/attempts/{Value("GITHUB_RUN_ATTEMPT")}"
            );
        }
        // As in the statements that GitLab's runner writes.
        return environment.ContainsKey("CI_JOB_URL")
            ? ($"{Value("CI_PROJECT_URL")}/-/runners/{Value("CI_RUNNER_ID")}", Value("CI_JOB_URL"))
            : ($"{project.Url}#by-hand", null);
    }
}
