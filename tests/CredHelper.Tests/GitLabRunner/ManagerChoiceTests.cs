using CredHelper.GitLabRunner;

namespace CredHelper.Tests.GitLabRunner;

/// <summary>
/// Tests which of several trusted processes is chosen as the runner manager, with each combination of the rules.
/// </summary>
public sealed class ManagerChoiceTests
{
    private const uint Root = 0,
        Runner = 30100,
        Mallory = 30200,
        Other = 30300;

    private const string SystemConfig = "/etc/gitlab-runner/config.toml";

    [Fact]
    public void RootTakesTheManagerOfRootAndNotOneOfAUserThatWasThereBefore()
    {
        ManagerChoice choice = Choose([Of(7, Mallory), Of(8, Root)]);
        Assert.Equal(8, choice.Process!.Pid);
        Assert.Equal(7, Assert.Single(choice.Others).Pid);
    }

    [Fact]
    public void RootTakesTheUserOfTheUnit()
    {
        ManagerProcess inUnit = Of(8, Runner) with { Unit = "gitlab-runner.service" };
        Assert.Equal(8, Choose([Of(7, Mallory), inUnit], unitUser: Runner).Process!.Pid);
        // Without systemd, as in a container, the process is not in a unit.
        Assert.Equal(8, Choose([Of(7, Mallory), Of(8, Runner)], unitUser: Runner).Process!.Pid);
    }

    [Fact]
    public void AJobInTheUnitIsNotItsManager()
    {
        ManagerProcess job = Of(7, Mallory) with { Unit = "gitlab-runner.service" };
        Assert.Null(Choose([job], unitUser: Root).Process);
        Assert.Equal(8, Choose([job, Of(8, Root)], unitUser: Root).Process!.Pid);
    }

    [Fact]
    public void TheUsualUnitComesBeforeOtherManagersOfRoot()
    {
        ManagerProcess inUnit = Of(8, Root, "/a") with { Unit = "gitlab-runner.service" };
        ManagerProcess second = Of(6, Root, "/b") with { Unit = "gitlab-runner-2.service" };
        ManagerChoice choice = Choose([second, Of(7, Root, "/c"), inUnit], unitUser: Root);
        Assert.Equal(8, choice.Process!.Pid);
        Assert.Equal([6, 7], choice.Others.Select(other => other.Pid));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void AUserIsNotTakenForAManagerOfTheSystemThatDoesNotRun(bool hasUnit, bool hasConfig)
    {
        ManagerChoice choice = Choose([Of(7, Mallory)], unitUser: hasUnit ? Root : null, hasConfig: hasConfig);
        Assert.Null(choice.Process);
        Assert.Empty(choice.Rivals);
        Assert.Equal(7, Assert.Single(choice.Others).Pid);
    }

    [Fact]
    public void TheOnlySignOfARunnerIsTaken() => Assert.Equal(7, Choose([Of(7, Runner)]).Process!.Pid);

    [Fact]
    public void RootDoesNotGuessBetweenUsers()
    {
        ManagerChoice choice = Choose([Of(7, Mallory), Of(8, Runner)]);
        Assert.Null(choice.Process);
        Assert.Equal([7, 8], choice.Rivals.Select(rival => rival.Pid));
    }

    [Fact]
    public void RootDoesNotGuessBetweenManagersOfRoot()
    {
        Assert.Equal([7, 8], Choose([Of(7, Root, "/a"), Of(8, Root, "/b")]).Rivals.Select(rival => rival.Pid));
        ManagerProcess environment = Of(8, Root) with
        {
            Environment = new Dictionary<string, string> { ["HOME"] = "/other" },
        };
        Assert.Equal(2, Choose([Of(7, Root), environment]).Rivals.Count);
        Assert.Equal(7, Choose([Of(7, Root), Of(8, Root)]).Process!.Pid);
    }

    [Fact]
    public void TheConfigChoosesAmongManagersOfRoot()
    {
        ManagerProcess[] both = [Of(7, Root, "/a"), Of(8, Root, "/b"), Of(9, Root)];
        Assert.Equal(8, Choose(both, config: "/b", owner: Root).Process!.Pid);
        Assert.Equal(9, Choose(both, config: SystemConfig, owner: Root).Process!.Pid);
        Assert.Equal(3, Choose(both, config: "/elsewhere", owner: Root).Rivals.Count);
    }

    [Fact]
    public void AUserDoesNotComeBeforeByNamingTheConfigOfTheSystem()
    {
        ManagerProcess[] all = [Of(7, Mallory, SystemConfig), Of(8, Root)];
        Assert.Equal(8, Choose(all, config: SystemConfig, owner: Root).Process!.Pid);
        Assert.Null(Choose([Of(7, Mallory, SystemConfig)], config: SystemConfig, owner: Root).Process);
    }

    [Fact]
    public void TheConfigOfAUserChoosesTheManagerOfThatUser()
    {
        ManagerProcess[] all = [Of(7, Mallory, "/u/config.toml"), Of(8, Runner, "/u/config.toml"), Of(9, Root)];
        Assert.Equal(8, Choose(all, config: "/u/config.toml", owner: Runner).Process!.Pid);
        Assert.Equal(
            7,
            Choose([Of(7, Runner)], config: "/home/30100/.gitlab-runner/config.toml", owner: Runner).Process!.Pid
        );
    }

    [Fact]
    public void WithoutRootOnlyTheOwnProcessesCount()
    {
        ManagerProcess[] all = [Of(6, Root), Of(7, Mallory), Of(8, Other, "/a"), Of(9, Other, "/b")];
        Assert.Equal(8, Choose(all, reader: Other).Process!.Pid);
        Assert.Equal(9, Choose(all, reader: Other, config: "/b", owner: Other).Process!.Pid);
        Assert.Null(Choose(all, reader: Runner).Process);
    }

    [Fact]
    public void ContainersAreToldOfIfNothingRunsOutside()
    {
        ManagerProcess contained = Of(7, Root) with { IsElsewhere = true };
        Assert.Equal(7, Choose([contained]).Process!.Pid);
        Assert.Equal(8, Choose([contained, Of(8, Root)]).Process!.Pid);
        ManagerProcess ofUser = Of(7, Mallory) with { IsElsewhere = true };
        Assert.Null(Choose([ofUser], hasConfig: true).Process);
    }

    private static ManagerProcess Of(int pid, uint uid, string? config = null) =>
        new(
            pid,
            uid,
            config is null ? ["gitlab-runner", "run"] : ["gitlab-runner", "run", "--config", config],
            new Dictionary<string, string> { ["HOME"] = $"/home/{uid}" },
            null,
            IsElsewhere: false
        );

    private static ManagerChoice Choose(
        ManagerProcess[] found,
        uint reader = Root,
        string? config = null,
        uint? owner = null,
        uint? unitUser = null,
        bool hasConfig = false
    ) =>
        ManagerChoice.Of(
            found,
            new ManagerSearch
            {
                Reader = reader,
                ConfigPath = config,
                ConfigOwner = owner,
                SystemConfig = SystemConfig,
                HasSystemRunner = unitUser is not null || hasConfig,
                UserOfUnit = unit => unit == "gitlab-runner.service" ? unitUser : null,
            }
        );
}
