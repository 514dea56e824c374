using System.Diagnostics;
using System.Runtime.Versioning;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Tests.Processes;

/// <summary>Starting other programs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ChildProcessTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly Home _home = new();

    public ChildProcessTests() => Programs.RequireLinux();

    public void Dispose() => _home.Dispose();

    private static Task<ChildResult> ShellAsync(
        EnvironmentSnapshot environment,
        string script,
        string input,
        TimeSpan deadline
    ) =>
        ChildProcess.RunAsync(
            environment,
            "/bin/sh",
            ["-c", script],
            input,
            deadline,
            TestContext.Current.CancellationToken
        );

    private Task<ChildResult> ShellAsync(string script, string input = "") =>
        ShellAsync(_home.Environment(("PATH", "/usr/bin:/bin")), script, input, Long);

    [Fact]
    public async Task IsGivenItsInputAndHeardInFull() =>
        Assert.Equal(
            new ChildResult(3, "got é😀\n", "err\n"),
            await ShellAsync("read x; echo \"got $x\"; echo err >&2; exit 3", "é😀\n")
        );

    [Fact]
    public async Task HasTheEnvironmentWeWereStartedWithAndTheGuard()
    {
        // Variables that we set for native libraries are not passed on.
        Environment.SetEnvironmentVariable("OURS_ALONE", "1");
        ChildResult result = await ShellAsync(_home.Environment(("THEIRS", "a b=c\n")), "/usr/bin/env -0", "", Long);
        string[] variables =
        [
            .. result
                .Output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Where(line =>
                    !line.StartsWith("PWD=", StringComparison.Ordinal)
                    && !line.StartsWith("_=", StringComparison.Ordinal)
                    && !line.StartsWith("SHLVL=", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["DOCKER_CREDENTIAL_ECR_LOGIN_CHILD=1", "HOME=" + _home.Root, "THEIRS=a b=c\n"], variables);
    }

    [Fact]
    public async Task MayLeaveItsInputUnread() =>
        Assert.Equal(0, (await ShellAsync("exec <&-; exit 0", new string('x', 500_000))).ExitCode);

    [Fact]
    public async Task IsKilledWithAllItStartedWhenItsTimeIsUp()
    {
        string pids = Path.Combine(_home.Root, "pids");
        var watch = Stopwatch.StartNew();
        HelperException failure = await Assert.ThrowsAsync<HelperException>(() =>
            ShellAsync(
                _home.Environment(("PATH", "/usr/bin:/bin")),
                $"sleep 30 & echo $! > {pids}; echo $$ >> {pids}; wait",
                "",
                TimeSpan.FromMilliseconds(500)
            )
        );
        Assert.Equal(FailureKind.Timeout, failure.Kind);
        Assert.NotNull(failure.Hint);
        Assert.InRange(watch.ElapsedMilliseconds, 400, 5000);
        string[] started = await File.ReadAllLinesAsync(pids, TestContext.Current.CancellationToken);
        Assert.Equal(2, started.Length);
        foreach (string pid in started)
            await GoneAsync(pid);
    }

    [Fact]
    public async Task ThatPrintsWithoutEndIsStoppedAtOnce()
    {
        var watch = Stopwatch.StartNew();
        HelperException failure = await Assert.ThrowsAsync<HelperException>(() => ShellAsync("exec cat /dev/zero"));
        Assert.Equal(FailureKind.BadResponse, failure.Kind);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 8000);
    }

    [Fact]
    public async Task ThatCannotBeStartedIsAFailureThatSaysSo()
    {
        string file = _home.Write("no-program", "#!/nowhere/interpreter\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        HelperException failure = await Assert.ThrowsAsync<HelperException>(() =>
            ChildProcess.RunAsync(_home.Environment(), file, [], "", Long, TestContext.Current.CancellationToken)
        );
        Assert.Contains("cannot be started", failure.Message, StringComparison.Ordinal);
    }

    private static async Task GoneAsync(string pid)
    {
        for (int i = 0; i < 100 && Directory.Exists("/proc/" + pid) && !IsZombie(pid); i++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(!Directory.Exists("/proc/" + pid) || IsZombie(pid));
    }

    private static bool IsZombie(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
