using System.Runtime.Versioning;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Systemd;

namespace CredHelper.Tests.GitLabRunner;

/// <summary>Tests finding the manager below a temporary root directory, with processes as in /proc.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunnerManagerTests : IDisposable
{
    private readonly Home _root = new();

    public void Dispose()
    {
        // These links lead back to the root; deleting through them would never end.
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
        Assert.Equal("default of GitLab's packages", manager.Account.Origin);
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
        Assert.StartsWith("no User= in /", manager.Account.Origin);
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
        Assert.Equal(("/root", "user database entry of root"), (Find().Home.Value, Find().Home.Origin));
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
    [InlineData("gitlab-runner", "register")]
    [InlineData("gitlab-runner")]
    public void IsNoOtherCommand(params string[] command)
    {
        Process(7, command, "HOME=/process\0");
        Assert.Null(Find().Process);
    }

    [Theory]
    [InlineData("/usr/bin/gitlab-runner", "--log-level", "debug", "run")]
    [InlineData("any-name", "run", "-c", "/x")]
    [InlineData("gitlab-runner", "run-single")]
    public void IsEveryWayToRunIt(params string[] command)
    {
        Process(7, command, "HOME=/process\0");
        Assert.Equal(7, Find().Process!.Pid);
    }

    [Theory]
    [InlineData("usr/bin/gitlab-runner", true)]
    [InlineData("usr/bin/gitlab-runner (deleted)", true)]
    [InlineData("opt/gitlab-runner-linux-amd64", true)]
    [InlineData("usr/bin/gitlab-ci-multi-runner", true)]
    [InlineData("usr/bin/gitlab-runner-helper", false)]
    [InlineData("usr/bin/su", false)]
    [InlineData("opt/gitlab-runner/evil", false)]
    public void IsToldByTheFileThatRuns(string program, bool isManager)
    {
        Process(7, ["gitlab-runner", "run"], "HOME=/process\0", program: program);
        Assert.Equal(isManager, Find().Process is not null);
    }

    [Theory]
    [InlineData(UnixFileMode.SetUser)]
    [InlineData(UnixFileMode.SetGroup)]
    public void IsNoFileThatGivesRights(UnixFileMode mode)
    {
        Process(7, ["gitlab-runner", "run"], "HOME=/process\0");
        string program = Path.Combine(_root.Root, "usr/bin/gitlab-runner");
        File.SetUnixFileMode(program, File.GetUnixFileMode(program) | mode);
        Assert.Null(Find().Process);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(30301, true)]
    [InlineData(30302, false)]
    public void RunsAFileOfRootOrOfItsUser(int owner, bool isManager)
    {
        Assert.SkipUnless(Self == 0, "only root gives files away");
        Process(7, ["gitlab-runner", "run"], "HOME=/process\0", uid: 30301);
        string program = Path.Combine(_root.Root, "usr/bin/gitlab-runner");
        using var chown = System.Diagnostics.Process.Start("/usr/bin/chown", [$"{owner}", program]);
        chown.WaitForExit();
        Assert.Equal(isManager, Find().Process is not null);
    }

    [Theory]
    [InlineData("1 {0} {0} {0}")]
    [InlineData("{0} 1 {0} {0}")]
    [InlineData("{0} {0} 1 {0}")]
    [InlineData("{0} {0} {0} 1")]
    [InlineData("{0} {0} {0}")]
    [InlineData("")]
    public void HasFourEqualIds(string ids)
    {
        Process(7, ["gitlab-runner", "run"], "HOME=/process\0");
        string line = string.Format(System.Globalization.CultureInfo.InvariantCulture, ids, Self).Replace(' ', '\t');
        _root.Write("proc/7/status", $"Name:\tgitlab-runner\nUid:\t{line}\n");
        Assert.Null(Find().Process);
    }

    [Theory]
    [InlineData(8, 0, true)]
    [InlineData(4, 0, true)]
    [InlineData(8, 1, false)]
    [InlineData(4, 1, false)]
    [InlineData(8, null, false)]
    public void IsStartedWithoutMoreRights(int width, int? secure, bool isManager)
    {
        Process(7, ["gitlab-runner", "run"], "HOME=/process\0");
        _root.Write("proc/7/auxv", AuxiliaryVector(width, secure));
        Assert.Equal(isManager, Find().Process is not null);
    }

    [Theory]
    [InlineData("exe")]
    [InlineData("auxv")]
    [InlineData("status")]
    [InlineData("environ")]
    [InlineData("root")]
    public void IsNotBelievedIfSomethingCannotBeRead(string name)
    {
        Process(7, ["gitlab-runner", "run"], "HOME=/process\0");
        Assert.NotNull(Find().Process);
        File.Delete(Path.Combine(_root.Root, "proc/7", name));
        Assert.Null(Find().Process);
    }

    [Theory]
    [InlineData("0::/system.slice/gitlab-runner.service", "gitlab-runner.service")]
    [InlineData("0::/ci.slice/ci-big.slice/gitlab-runner.service/sub", "gitlab-runner.service")]
    [InlineData("3:cpu:/x\n1:name=systemd:/system.slice/gitlab-runner.service\n0::/", "gitlab-runner.service")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/gitlab-runner.service", null)]
    [InlineData("0::/system.slice/docker-0123.scope/system.slice/gitlab-runner.service", null)]
    [InlineData("0::/user.slice/user@1.service/x:name=systemd:/system.slice/gitlab-runner.service", null)]
    [InlineData("0::/", null)]
    public void IsInTheUnitBehindTheSlices(string group, string? unit)
    {
        Process(7, ["gitlab-runner", "run"], "HOME=/process\0", group + "\n");
        Assert.Equal(unit, Assert.Single(ManagerProcess.FindAll(_root.Root)).Unit);
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
        string root = Path.Combine(_root.Root, "proc/7/root");
        File.Delete(root);
        Directory.CreateSymbolicLink(root, Directory.CreateDirectory(Path.Combine(_root.Root, "container")).FullName);
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
        string home = Path.Combine(_root.Root, "home/u");
        File.SetUnixFileMode(own, (UnixFileMode)0x1A4);
        Assert.SkipUnless(Self == 0, "only root sees a process of another user");
        Process(7, ["gitlab-runner", "run"], $"HOME={home}\0", uid: 4321);
        Assert.Null(Find().Process);
        File.Delete(Path.Combine(_root.Root, "etc/gitlab-runner/config.toml"));
        Assert.Equal(own, Find().Config!.Value);
        Assert.Equal(("#4321", 65534u), (Find().Account.Value.Name, Find().Account.Value.Gid));
    }

    private RunnerManager Find(params (string Name, string Value)[] variables) =>
        RunnerManager.Find(_root.Environment(variables), null, null, _root.Root);

    private static uint Self => OperatingSystem.IsWindows() ? 0 : Posix.EffectiveUserId();

    private void Process(
        int pid,
        string[] command,
        string environ,
        string group = "0::/\n",
        uint? uid = null,
        string program = "usr/bin/gitlab-runner"
    )
    {
        uint id = uid ?? Self;
        _root.Write($"proc/{pid}/cmdline", string.Join('\0', command) + "\0");
        _root.Write($"proc/{pid}/environ", environ);
        _root.Write($"proc/{pid}/cgroup", group);
        _root.Write($"proc/{pid}/status", $"Name:\tgitlab-runner\nUid:\t{id}\t{id}\t{id}\t{id}\n");
        _root.Write($"proc/{pid}/auxv", AuxiliaryVector(8, 0));
        Directory.CreateSymbolicLink(Path.Combine(_root.Root, $"proc/{pid}/root"), _root.Root);
        File.CreateSymbolicLink(Path.Combine(_root.Root, $"proc/{pid}/exe"), _root.Write(program, ""));
    }

    /// <summary>In the kernel's format: AT_SYSINFO_EHDR, AT_PAGESZ, AT_SECURE, AT_NULL.</summary>
    private static string AuxiliaryVector(int width, int? secure)
    {
        ulong[] words = secure is { } value
            ? [33, 0x7f7f0000, 6, 4096, 23, (ulong)value, 0, 0]
            : [33, 0x7f7f0000, 6, 4096, 0, 0];
        return string.Concat(
            words.Select(word =>
                string.Concat(Enumerable.Range(0, width).Select(i => (char)((word >> (8 * i)) & 0xff)))
            )
        );
    }
}
