using CredHelper.GitLabRunner;
using CredHelper.Systemd;

namespace CredHelper.Tests.GitLabRunner;

/// <summary>The manager found below a root directory of a test's own, with processes as /proc shows them.</summary>
public sealed class RunnerManagerTests : IDisposable
{
    private readonly Home _root = new();

    public void Dispose()
    {
        // These lead back to the root, and clearing up would go round for ever.
        string proc = Path.Combine(_root.Root, "proc");
        if (Directory.Exists(proc))
        {
            foreach (string process in Directory.GetDirectories(proc))
                File.Delete(Path.Combine(process, "root"));
        }
        _root.Dispose();
    }

    [Fact]
    public void WithoutAnySignIsRootByDefault()
    {
        RunnerManager manager = Find();
        Assert.False(manager.IsThere);
        Assert.Equal(("root", "/root"), (manager.Account.Value.Name, manager.Home.Value));
        Assert.Equal("the packages run it as root", manager.Account.Origin);
        Assert.Equal(SystemdUnit.DefaultPath, manager.Environment.Value["PATH"]);
    }

    [Fact]
    public void OfTheUnitHasTheHomeOfItsEnvironmentFile()
    {
        _root.Write(
            "etc/systemd/system/gitlab-runner.service",
            "[Service]\nExecStart=/usr/bin/gitlab-runner \"run\" \"--config\" \"/srv/config.toml\" "
                + "\"--user\" \"gitlab-runner\"\nEnvironment=HOME=/unit\nEnvironmentFile=/etc/runner.env\n"
        );
        string file = _root.Write("etc/runner.env", "HOME=/file\nAWS_PROFILE=pull\n");
        RunnerManager manager = Find();
        Assert.Equal(("/file", $"HOME in {file}"), (manager.Home.Value, manager.Home.Origin));
        Assert.Equal("pull", manager.Environment.Value["AWS_PROFILE"]);
        Assert.Equal(Path.Combine(_root.Root, "srv/config.toml"), manager.Config!.Value);
        Assert.EndsWith("has no User=", manager.Account.Origin);
    }

    [Fact]
    public void OfTheProcessHasWhatThatWasStartedWith()
    {
        _root.Write("etc/systemd/system/gitlab-runner.service", "[Service]\nEnvironment=HOME=/unit\n");
        Process(7, ["/usr/bin/gitlab-runner", "run"], "HOME=/process\0AWS_REGION=eu-west-1\0");
        RunnerManager manager = Find();
        Assert.Equal(("/process", "HOME of process 7"), (manager.Home.Value, manager.Home.Origin));
        Assert.Equal("eu-west-1", manager.Environment.Value["AWS_REGION"]);
        Assert.Null(manager.HomeAfterRestart);
    }

    [Fact]
    public void WhoseUnitChangedIsToBeRestarted()
    {
        _root.Write("etc/systemd/system/gitlab-runner.service", "[Service]\nEnvironment=HOME=/unit\n");
        Process(
            7,
            ["/usr/bin/gitlab-runner", "run"],
            "HOME=/process\0",
            group: "0::/system.slice/gitlab-runner.service\n"
        );
        Assert.Equal("/unit", Find().HomeAfterRestart);
    }

    [Fact]
    public void WithoutHomeHasThatOfTheUserDatabase()
    {
        Process(7, ["/usr/bin/gitlab-runner", "run"], "PATH=/bin\0");
        Assert.Equal(("/root", "the user database's entry of root"), (Find().Home.Value, Find().Home.Origin));
    }

    [Fact]
    public void GivenHomesOutrankAllElse()
    {
        Process(7, ["/usr/bin/gitlab-runner", "run"], "HOME=/process\0");
        Assert.Equal(
            ("/chosen", "GITLAB_RUNNER_HOME"),
            (Find(("GITLAB_RUNNER_HOME", "/chosen")).Home.Value, Find(("GITLAB_RUNNER_HOME", "/chosen")).Home.Origin)
        );
        RunnerManager given = RunnerManager.Find(
            _root.Environment(("GITLAB_RUNNER_HOME", "/chosen")),
            null,
            "/given",
            _root.Root
        );
        Assert.Equal(("/given", "--runner-home"), (given.Home.Value, given.Home.Origin));
    }

    [Theory]
    [InlineData("sh", "-c", "gitlab-runner run")]
    [InlineData("gitlab-runner", "register")]
    [InlineData("gitlab-runner-helper", "artifacts-uploader")]
    [InlineData("gitlab-runner")]
    public void IsNoOtherProcess(params string[] command)
    {
        Process(7, command, "HOME=/process\0");
        Assert.Null(Find().Process);
    }

    [Theory]
    [InlineData("/usr/bin/gitlab-runner", "--log-level", "debug", "run")]
    [InlineData("/opt/gitlab-runner-linux-amd64", "run", "-c", "/x")]
    [InlineData("gitlab-runner", "run-single")]
    public void IsEveryWayToRunIt(params string[] command)
    {
        Process(7, command, "HOME=/process\0");
        Assert.Equal(7, Find().Process!.Pid);
    }

    [Fact]
    public void IsTheOneOfTheGivenConfig()
    {
        string config = _root.Write("srv/second.toml", "");
        Process(7, ["gitlab-runner", "run", "--config", "/srv/first.toml"], "HOME=/first\0");
        Process(8, ["gitlab-runner", "run", "--config=" + config], "HOME=/second\0");
        RunnerManager manager = RunnerManager.Find(_root.Environment(), config, null, _root.Root);
        Assert.Equal("/second", manager.Home.Value);
        Assert.Equal(7, Assert.Single(manager.Others).Pid);
    }

    [Fact]
    public void InAContainerIsNotOneOfThisMachine()
    {
        Process(7, ["gitlab-runner", "run"], "HOME=/container\0", group: "0::/system.slice/docker-0123.scope\n");
        File.Delete(Path.Combine(_root.Root, "proc/7/root"));
        RunnerManager manager = Find();
        Assert.True(manager.IsInContainer);
        Assert.NotEqual("/container", manager.Home.Value);
        Process(8, ["gitlab-runner", "run"], "HOME=/here\0");
        Assert.False(Find().IsInContainer);
        Assert.Equal("/here", Find().Home.Value);
    }

    [Fact]
    public void InUserModeReadsTheConfigOfItsOwnHome()
    {
        _root.Write("etc/gitlab-runner/config.toml", "");
        string own = _root.Write("home/u/.gitlab-runner/config.toml", "");
        Process(7, ["gitlab-runner", "run"], $"HOME={Path.Combine(_root.Root, "home/u")}\0", uid: 4321);
        Assert.Equal(own, Find().Config!.Value);
    }

    private RunnerManager Find(params (string Name, string Value)[] variables) =>
        RunnerManager.Find(_root.Environment(variables), null, null, _root.Root);

    private void Process(int pid, string[] command, string environ, string group = "0::/\n", uint uid = 0)
    {
        _root.Write($"proc/{pid}/cmdline", string.Join('\0', command) + "\0");
        _root.Write($"proc/{pid}/environ", environ);
        _root.Write($"proc/{pid}/cgroup", group);
        _root.Write($"proc/{pid}/status", $"Name:\tgitlab-runner\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n");
        Directory.CreateSymbolicLink(Path.Combine(_root.Root, $"proc/{pid}/root"), _root.Root);
    }
}
