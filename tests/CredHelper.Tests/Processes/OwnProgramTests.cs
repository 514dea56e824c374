using System.Text.Json;

namespace CredHelper.Tests.Processes;

/// <summary>The program can start itself during development, too, when the running file is dotnet.</summary>
public sealed class OwnProgramTests : IDisposable
{
    private readonly Home _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task StartsItselfAgainUnderDotnet()
    {
        Programs.RequireLinux();
        string config = _home.Write("config.toml", "[[runners]]\nname = \"one\"\nexecutor = \"docker\"\n");
        ProgramRun run = await Programs.RunAsync(
            Programs.Dotnet,
            [Programs.Ours, "doctor", "--as", "gitlab-runner", "--runner-config", config, "--offline", "--json"],
            _home.Environment().Variables,
            ""
        );
        Assert.Equal("", run.Error);
        Assert.Equal("gitlab-runner", JsonDocument.Parse(run.Output).RootElement.GetProperty("as").GetString());
    }

    [Fact]
    public async Task IsNotInstalledFromUnderDotnet()
    {
        ProgramRun run = await Programs.RunAsync(
            Programs.Dotnet,
            [Programs.Ours, "setup", "docker", "--install-to", _home.Root],
            _home.Environment().Variables,
            ""
        );
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("hint: dotnet publish", run.Error, StringComparison.Ordinal);
    }
}
