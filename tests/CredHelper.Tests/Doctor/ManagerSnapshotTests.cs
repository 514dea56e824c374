using CredHelper.Doctor;

namespace CredHelper.Tests.Doctor;

/// <summary>Tests the data that is passed to the process of the manager's user.</summary>
public sealed class ManagerSnapshotTests
{
    [Fact]
    public void IsTheSameBehindTheProcessBoundary()
    {
        var runner = new RunnerSummary("a", "docker", "x", null, ["y"], true, "{}")
        {
            Id = 3,
            PullsImages = true,
            JobConfig = "{}",
            UnknownVariables = ["B"],
        };
        var snapshot = new ManagerSnapshot
        {
            Manager = "root",
            Home = "/root",
            HomeOrigin = "given",
            JobTokens = [new JobToken("r.example", "u", "t", "CI_JOB_TOKEN")],
            Caller = new Caller(1000, "/home/me", "me", NeedsSudo: true, ["--runner-home", "/srv"]),
            VariableOrigins = new Dictionary<string, string> { ["A"] = "/etc/x.service" },
            UnknownInCiVariable = ["X"],
            ConfigProblems = [new ConfigRemark("a", "b")],
            ConfigWarnings = [new ConfigRemark("c", "d")],
            Runners = [runner],
        };

        string json = snapshot.ToJson();

        Assert.Equal(json, ManagerSnapshot.Parse(json).ToJson());
        Assert.Equal("a (docker, id 3)", ManagerSnapshot.Parse(json).Runners[0].Title);
    }

    [Theory]
    [InlineData("host#3", "docker", 3L, "host#3 (docker)")]
    [InlineData("#0", "", null, "#0 (no executor)")]
    public void NamesARunnerByNameExecutorAndId(string name, string executor, long? id, string title) =>
        Assert.Equal(title, new RunnerSummary(name, executor, null, null, [], false, null) { Id = id }.Title);
}
