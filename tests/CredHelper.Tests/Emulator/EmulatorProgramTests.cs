using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests the emulator as a program, controlled over HTTP as scripts do.</summary>
public sealed class EmulatorProgramTests : IDisposable
{
    private readonly List<Process> _started = [];

    /// <summary>Kills the program if an assertion failed before it was stopped.</summary>
    public void Dispose()
    {
        foreach (Process program in _started)
        {
            if (!program.HasExited)
                program.Kill(entireProcessTree: true);
            program.Dispose();
        }
    }

    private static readonly string Assembly = typeof(EmulatorServer).Assembly.Location;

    [Fact]
    public async Task ListensAnswersControlAndEndsOnSigterm()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("emulator-");
        string caFile = Path.Combine(folder.FullName, "ca.pem");
        Process program = Start("--http", "0", "--https", "0", "--ca-out", caFile, "--token-lifetime", "60");
        string url = await ListenerAsync(program, "listening http://127.0.0.1:");
        await ListenerAsync(program, "listening https://127.0.0.1:");
        Assert.StartsWith(
            "-----BEGIN CERTIFICATE-----",
            await File.ReadAllTextAsync(caFile, cancellation),
            StringComparison.Ordinal
        );

        using HttpClient client = new();
        using StringContent fault = new("""{"service":"ecr","kind":"gzip-bomb","times":1}""");
        using HttpResponseMessage added = await client.PostAsync(
            new Uri(url + "/_emulator/faults"),
            fault,
            cancellation
        );
        Assert.Equal(HttpStatusCode.NoContent, added.StatusCode);
        using HttpResponseMessage bomb = await SignedCall.Ecr(url).SendAsync();
        Assert.Equal("gzip", Assert.Single(bomb.Content.Headers.ContentEncoding));
        IssuedToken token = await IssuedToken.AskAsync(SignedCall.Ecr(url));
        Assert.InRange(token.ExpiresAt - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 50, 62);

        Assert.Equal(
            "2",
            await client.GetStringAsync(new Uri(url + "/_emulator/calls/count?service=ecr"), cancellation)
        );
        JsonElement call = (
            await client.GetFromJsonAsync<JsonElement>(new Uri(url + "/_emulator/calls"), cancellation)
        )[0];
        Assert.Equal(
            [
                "service",
                "operation",
                "host",
                "status",
                "accessKeyId",
                "region",
                "userAgent",
                "roleArn",
                "sessionName",
                "externalId",
                "time",
            ],
            call.EnumerateObject().Select(p => p.Name)
        );
        using HttpResponseMessage reset = await client.PostAsync(new Uri(url + "/_emulator/reset"), null, cancellation);
        Assert.Equal("0", await client.GetStringAsync(new Uri(url + "/_emulator/calls/count"), cancellation));

        using (Process kill = Process.Start("/bin/kill", ["-TERM", $"{program.Id}"]))
            await kill.WaitForExitAsync(cancellation);
        await program.WaitForExitAsync(cancellation);
        Assert.Equal(0, program.ExitCode);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("--http", "70000")]
    [InlineData("--https", "0", "--certificate", "only.pem")]
    [InlineData("--gitlab-registry", "host")]
    [InlineData("--ca-out", "ca.pem")]
    public async Task RefusesBadArguments(params string[] arguments)
    {
        Process program = Start(arguments);
        string error = await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, program.ExitCode);
        Assert.StartsWith("CredHelper.Emulator: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"trottle"}""")]
    [InlineData("""{"kind":"delay","millis":5}""")]
    [InlineData("{}")]
    [InlineData("[")]
    public async Task RefusesBadFaults(string json)
    {
        await using EmulatorServer emulator = await EmulatorServer.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        using HttpClient client = new();
        using StringContent fault = new(json);
        using HttpResponseMessage answer = await client.PostAsync(
            new Uri(emulator.HttpUrl + "/_emulator/faults"),
            fault,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private Process Start(params string[] arguments)
    {
        Process program = Process.Start(
            new ProcessStartInfo("dotnet", [Assembly, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _started.Add(program);
        return program;
    }

    private static async Task<string> ListenerAsync(Process program, string prefix)
    {
        string line = await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
        Assert.StartsWith(prefix, line, StringComparison.Ordinal);
        return line["listening ".Length..];
    }
}
