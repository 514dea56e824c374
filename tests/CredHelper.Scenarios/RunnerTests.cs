using CredHelper.Scenarios.Runner;

namespace CredHelper.Scenarios;

/// <summary>Tests that the scenario runner detects failures.</summary>
public sealed class RunnerTests
{
    [Theory]
    [InlineData("exec printf hello\nstdout hullo", "made-up.txt:3: stdout hullo", "expected: hullo", "stdout: hello")]
    [InlineData("exec false", "made-up.txt:2: exec false", "it failed", "exit code 1")]
    [InlineData("! exec true", "made-up.txt:2: ! exec true", "it succeeded, and should not", "exit code 0")]
    [InlineData("! exec sh -c 'exit 3'\nexit 1", "made-up.txt:3: exit 1", "the exit code was 3", "exit code 3")]
    [InlineData(
        "exec printf '{\"a\":1}'\nstdout-json {\"a\":2}",
        "made-up.txt:3: stdout-json",
        "/a: expected 2, found 1",
        "# A user"
    )]
    [InlineData(
        "exec echo hello\n! stdout-matches ^hello$",
        "made-up.txt:3: ! stdout-matches",
        "it does, and should not",
        "hello"
    )]
    [InlineData(
        "within 0.2\nexec sleep 10",
        "made-up.txt:3: exec sleep 10",
        "1 of 1 still ran after 0.2 s",
        "# A user"
    )]
    [InlineData(
        "secret s3cr3t\nexec sh -c 'echo s3cr3t > leak'\ncheck-secret-free",
        "made-up.txt:4: check-secret-free",
        "leak holds the secret",
        "exit code 0"
    )]
    [InlineData(
        "exec echo 'fault; hint: sudo sh -c \"exit 3\"'\nremedy hint: (.*)$",
        "made-up.txt:3: remedy",
        "it failed",
        "exit code 3"
    )]
    [InlineData("exec echo fault\nremedy hint: (.*)$", "made-up.txt:3: remedy", "no line matches", "stdout: fault")]
    [InlineData("exists nowhere", "made-up.txt:2: exists nowhere", "there is no such file", "# A user")]
    [InlineData("mount here there", "made-up.txt:2: mount here there", "usage: mount PATH over PATH", "# A user")]
    [InlineData("mount nowhere over /etc", "made-up.txt:2: mount nowhere over /etc", "there is no ", "# A user")]
    [InlineData("conjure", "made-up.txt:2: conjure", "no such command", "# A user")]
    public async Task WrongExpectationFailsWithLineAndOutput(string lines, string where, string why, string output)
    {
        Scenario scenario = Scenario.Parse("made-up", "# A user sees something\n" + lines);

        var failure = await Assert.ThrowsAsync<ScenarioFailedException>(() => ScenarioRun.RunAsync(scenario));

        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains(output, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScenarioWithoutProseIsRefused() =>
        Assert.Throws<ScenarioFailedException>(() => Scenario.Parse("made-up", "exec true"));

    [Fact]
    public Task MountsLastForTheScenarioAndStayOffTheMachine() =>
        RunOrSkipAsync(
            """
            # A user sees other files than the machine has
            file here/name <<EOF
            of the scenario
            EOF
            file own <<EOF
            127.0.0.1 nowhere.example
            EOF
            mount here over /etc/missing-on-this-machine/deep
            hidden /etc/also-missing-on-this-machine
            mount own over /etc/hosts
            hidden disk size=64k
            exec sh -c 'echo kept > /etc/also-missing-on-this-machine/file; echo kept > disk/file'
            exec cat /etc/missing-on-this-machine/deep/name /etc/hosts disk/file /etc/also-missing-on-this-machine/file
            stdout-lines 4
            stdout-matches ^of the scenario$
            stdout-matches ^127.0.0.1 nowhere.example$
            stdout-matches ^kept$
            ! exec dd if=/dev/zero of=disk/filler bs=100k count=1
            stderr-matches No space left on device
            read-only ~/
            ! exec touch home/file
            stderr-matches Read-only file system
            ! exists disk/file
            ! exists /etc/missing-on-this-machine
            ! exists /etc/also-missing-on-this-machine
            ! grep nowhere.example /etc/hosts
            as-user 65534
            ! exec touch disk/file
            stderr-matches Permission denied
            """
        );

    [Fact]
    public async Task ChildrenOfChildrenEndWithTheScenario()
    {
        string mark = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Scenario scenario = Scenario.Parse(
            "made-up",
            $"# A user leaves something running\nbackground exec sh -c 'sleep 1; touch {mark}'\n"
        );

        await ScenarioRun.RunAsync(scenario);

        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        Assert.False(File.Exists(mark));
    }

    private static async Task RunOrSkipAsync(string scenario)
    {
        try
        {
            await ScenarioRun.RunAsync(Scenario.Parse("made-up", scenario));
        }
        catch (ScenarioSkippedException skipped)
        {
            Assert.Skip(skipped.Message);
        }
    }
}
