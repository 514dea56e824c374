using System.Diagnostics;
using CredHelper.Emulator;
using CredHelper.Platform;

namespace CredHelper.Tests.Cli;

/// <summary>Processes of ours that want the same token at once, and list beside a registry map.</summary>
public sealed class ConcurrentProcessTests : IAsyncLifetime
{
    private readonly Home _home = new();
    private EmulatorServer _emulator = null!;

    public async ValueTask InitializeAsync() =>
        _emulator = await EmulatorServer.StartAsync(cancellation: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        _home.Dispose();
    }

    private EnvironmentSnapshot Environment(params (string Name, string Value)[] variables) =>
        _home.Environment([
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE000000001"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("AWS_ENDPOINT_URL", _emulator.HttpUrl),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ECR_TIMEOUT", "60"),
            .. variables,
        ]);

    private Task<ProgramRun> GetAsync(string host = Sample.Host, params (string Name, string Value)[] variables) =>
        Programs.OursAsync("get", host, Environment(variables));

    [Fact]
    public async Task MakeOneCallAndAllGetItsAnswer()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Delay,
                Service = "ecr",
                Milliseconds = 2500,
            }
        );
        ProgramRun[] runs = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => GetAsync()));
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Single(runs.Select(run => run.Output).Distinct());
        Assert.Equal(1, _emulator.CallCount("ecr"));
    }

    [Fact]
    public async Task AreNotHeldUpByOneThatWasKilled()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Hang, Service = "ecr" });
        var start = new ProcessStartInfo(Programs.Dotnet, [Programs.Ours, "get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in Environment().Variables)
            start.Environment[name] = value;
        using Process first = Process.Start(start)!;
        await first.StandardInput.WriteLineAsync(Sample.Host);
        first.StandardInput.Close();
        for (int i = 0; i < 500 && _emulator.CallCount("ecr") == 0; i++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Task<ProgramRun> second = GetAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        first.Kill();
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, (await second).ExitCode);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 15_000);
    }

    [Fact]
    public async Task NeverKeepWhatListFetchedForAnotherIdentityThanTheMapChooses()
    {
        // The caller's own registry is asked for with the caller's own keys, but the map gives it a role.
        _home.Write(".ecr/config", $"[{Sample.Host}]\nrole_arn = arn:aws:iam::123456789012:role/puller\n");
        ProgramRun list = await Programs.OursAsync("list", "", Environment(("AWS_REGION", "us-east-1")));
        Assert.Contains(Sample.Host, list.Output, StringComparison.Ordinal);
        Assert.Equal(0, _emulator.CallCount("sts"));

        Assert.Equal(0, (await GetAsync(variables: ("AWS_REGION", "us-east-1"))).ExitCode);
        Assert.Equal(1, _emulator.CallCount("sts", "AssumeRole"));
    }

    [Fact]
    public async Task NeverListOrKeepWhatTheMapDoesNotAllow()
    {
        _home.Write(".ecr/config", "[default]\nallow = 999999999999.*\n");
        ProgramRun list = await Programs.OursAsync("list", "", Environment(("AWS_REGION", "us-east-1")));
        Assert.Equal((0, "{}\n"), (list.ExitCode, list.Output));
        ProgramRun get = await GetAsync(variables: ("AWS_REGION", "us-east-1"));
        Assert.Equal((1, "credentials not found in native keychain\n"), (get.ExitCode, get.Output));
    }

    [Theory]
    [InlineData("AccessDeniedException", 400, "allow ecr:GetAuthorizationToken")]
    [InlineData("ExpiredTokenException", 400, "sign in again")]
    [InlineData("UnrecognizedClientException", 400, "deleted or mistyped key")]
    public async Task TellWhatAwsAnswered(string code, int status, string hint)
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Error,
                Service = "ecr",
                Code = code,
                Status = status,
                Message = "words of AWS",
                Times = -1,
            }
        );
        ProgramRun run = await GetAsync();
        Assert.Equal((1, "credentials not found in native keychain\n"), (run.ExitCode, run.Output));
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
        Assert.StartsWith($"docker-credential-ecr-login: {Sample.Host}: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("(access key from the environment); hint: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
    }
}
