using System.Text;
using CredHelper.Errors;
using CredHelper.GitLabRunner;

namespace CredHelper.Tests.GitLabRunner;

/// <summary>Tests that config.toml is decoded as by GitLab Runner.</summary>
public sealed class RunnerConfigTests
{
    [Theory]
    [InlineData("concurrent = \"4\"", "concurrent must be an integer, not a string", "concurrent = 4")]
    [InlineData("[runners]", "runners must be an array of tables, not a table", "[[runners]]")]
    [InlineData(
        "connection_max_age = \"soon\"",
        "connection_max_age must be a duration",
        "connection_max_age = \"30s\""
    )]
    public void RefusesAWrongTypeAtTheTop(string text, string problem, string correction) =>
        AssertOnly(text, problem, correction, 1);

    [Theory]
    [InlineData(
        "environment = \"A=b\"",
        "environment must be an array of strings, not a string",
        "environment = ['A=b']"
    )]
    [InlineData("limit = 1.5", "limit must be an integer, not a float", "limit = 1")]
    [InlineData("name = 7", "name must be a string, not an integer", "name = \"7\"")]
    [InlineData("Environment = \"A=b\"", "Environment must be an array of strings", "Environment = ['A=b']")]
    [InlineData("[runners.environment]\nA = \"b\"", "environment must be an array of strings, not a table", "['A=b']")]
    [InlineData("[runners.shell]", "shell must be a string, not a table", "shell = \"…\"")]
    [InlineData("[[runners.docker]]", "docker must be a table, not an array of tables", "[runners.docker]")]
    [InlineData("docker = \"alpine\"", "docker must be a table, not a string", "[[runners.docker]]")]
    [InlineData("[runners.feature_flags]\nFF = \"no\"", "feature_flags.FF must be true or false", "FF = false")]
    [InlineData("[runners.cache]\nShared = \"true\"", "cache.Shared must be true or false", "Shared = true")]
    [InlineData("[runners.kubernetes]\ncpu_limit = 1", "kubernetes.cpu_limit must be a string", "cpu_limit = \"1\"")]
    [InlineData("[runners.kubernetes]\npoll_timeout = \"60\"", "kubernetes.poll_timeout must be an integer", "= 60")]
    public void RefusesAWrongTypeOfARunner(string text, string problem, string correction) =>
        AssertOnly($"[[runners]]\n{text}", "runners." + problem, correction, text.StartsWith('[') ? null : 2);

    [Theory]
    [InlineData("volumes = \"/cache\"", "volumes must be an array of strings, not a string", "volumes = ['/cache']")]
    [InlineData("privileged = \"true\"", "privileged must be true or false without quotes", "privileged = true")]
    [InlineData("cpus = 2", "cpus must be a string, not an integer", "cpus = \"2\"")]
    [InlineData("memory = 512", "memory must be a string, not an integer", "memory = \"512\"")]
    [InlineData("shm_size = \"2g\"", "shm_size must be an integer, not a string", "shm_size = 2147483648")]
    [InlineData("allowed_images = \"x\"", "allowed_images must be an array of strings", "allowed_images = ['x']")]
    [InlineData("pull_policy = [1]", "pull_policy must be a string, not an integer", "pull_policy = [\"1\"]")]
    public void RefusesAWrongTypeOfTheDockerExecutor(string text, string problem, string correction)
    {
        string subject = text.Contains('[', StringComparison.Ordinal)
            ? "each entry of runners.docker."
            : "runners.docker.";
        AssertOnly($"[[runners]]\n[runners.docker]\n{text}", subject + problem, correction, 3);
    }

    [Fact]
    public void RefusesServicesByNameAlone() =>
        AssertOnly(
            "[[runners]]\n[runners.docker]\nservices = [\"docker:dind\"]",
            "each entry of runners.docker.services must be a table, not a string",
            "[[runners.docker.services]] with name = 'docker:dind'",
            3
        );

    [Theory]
    [InlineData("[[runners]]\nupload = 1\nunhealthy_interval = \"1h30m\"\n[runners.machine]\nIdleScaleFactor = 1")]
    [InlineData("[[runners]]\n[runners.docker]\npull_policy = \"always\"\ntmpfs = \"ignored\"")]
    [InlineData("[[runners]]\ntoken_obtained_at = 0001-01-01T00:00:00Z\nfeature_flags = \"ignored\"")]
    [InlineData("[session_server]\nsession_timeout = 1800\n[[runners]]\n[runners.cache.s3]\nInsecure = false")]
    [InlineData("[[runners]]\n[[runners.docker.services]]\nname = \"docker:dind\"\nalias = \"docker\"")]
    [InlineData("[[runners]]\n[[runners.kubernetes.volumes.empty_dir]]\nname = \"a\"\nmount_path = \"/a\"")]
    public void TakesWhatTheRunnerTakes(string text)
    {
        RunnerConfig config = Parse(text);

        Assert.Empty(config.Problems);
        config.RequireDecodable();
    }

    [Fact]
    public void ReadsRunnersInOneArrayOfInlineTables()
    {
        RunnerConfig config = Parse(
            """
            runners = [{ name = "a", id = 3, executor = "docker", environment = ["A=b"], docker = { image = "x" } }]
            """
        );

        RunnerEntry runner = Assert.Single(config.Runners);
        Assert.Empty(config.Problems);
        Assert.Equal(("a", 3L, "docker", "x"), (runner.Name, runner.Id, runner.Executor, runner.Image));
        Assert.Equal(["A=b"], runner.Environment);
    }

    [Theory]
    [InlineData(
        "[[runners]]\n[runners.docker]\nenvironment = [\"A=b\"]",
        3,
        "runners.docker.environment",
        "[[runners]]"
    )]
    [InlineData("[[runners]]\nconcurrent = 4", 2, "runners.concurrent", "the top of the file, before the first table")]
    [InlineData("[[runners]]\nprivileged = true\n[runners.docker]", 2, "runners.privileged", "[runners.docker]")]
    public void NamesTheTableThatAMisplacedKeyBelongsTo(string text, int line, string path, string belongs) =>
        Assert.Equal(new MisplacedKey(line, path, belongs), Assert.Single(Parse(text).Misplaced));

    [Theory]
    [InlineData("[[runners]]\nenvironment = []\n[runners.environment]\nA = \"b\"", "config.toml:3")]
    [InlineData("runners = []\n[[runners]]\nname = \"a\"", "config.toml:2")]
    public void RefusesAKeyThatIsDefinedTwice(string text, string place) =>
        Assert.StartsWith(place, Assert.Throws<HelperException>(() => Parse(text)).Message, StringComparison.Ordinal);

    private static void AssertOnly(string text, string problem, string correction, int? line)
    {
        TomlProblem found = Assert.Single(Parse(text).Problems);
        Assert.StartsWith(problem, found.Text, StringComparison.Ordinal);
        Assert.EndsWith(correction, found.Correction, StringComparison.Ordinal);
        if (line is not null)
            Assert.Equal(line, found.Line);
    }

    private static RunnerConfig Parse(string text) => RunnerConfig.Parse("config.toml", Encoding.UTF8.GetBytes(text));
}
