using System.CommandLine;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>The options that choose the runner manager and the files to write.</summary>
internal sealed class RunnerOptions
{
    private const string WriteHome = "home",
        WriteConfig = "config-toml";

    public RunnerOptions()
    {
        Write.AcceptOnlyFromAmong(WriteHome, WriteConfig);
        Print.AcceptOnlyFromAmong(RunnerPrinting.Variable, RunnerPrinting.Compose, RunnerPrinting.Helm);
    }

    public Option<string> Config { get; } =
        new("--runner-config")
        {
            Description = "config.toml of the runner manager (default: detected)",
            HelpName = "FILE",
        };

    public Option<string> Home { get; } =
        new("--runner-home")
        {
            Description = "Home directory of the runner manager (default: detected)",
            HelpName = "DIR",
        };

    public Option<string> Runner { get; } =
        new("--runner")
        {
            Description =
                "Runner for --write config-toml and --jobs, or NAME#ID if several have that name (default: all)",
            HelpName = "NAME",
        };

    public Option<string> Write { get; } =
        new("--write")
        {
            Description =
                "Write to the docker configuration in the manager's home or to DOCKER_AUTH_CONFIG in config.toml",
            DefaultValueFactory = _ => WriteHome,
        };

    public Option<string> Print { get; } =
        new("--print")
        {
            Description = "Write nothing, and print a CI/CD variable or the settings of a runner in a container",
        };

    public Option<bool> Jobs { get; } =
        new("--jobs") { Description = "Mount this program into the containers of jobs that run docker themselves" };

    /// <summary>See <see cref="ManagerChild.AsManagerOption"/>.</summary>
    public Option<bool> AsManager { get; } = new(ManagerChild.AsManagerOption) { Hidden = true };

    /// <summary>See <see cref="ManagerChild.RehearseOption"/>.</summary>
    public Option<bool> Rehearse { get; } = new(ManagerChild.RehearseOption) { Hidden = true };

    /// <summary>See <see cref="ManagerChild.GivenOption"/>.</summary>
    public Option<string[]> Given { get; } = new(ManagerChild.GivenOption) { Hidden = true };

    /// <summary>See <see cref="MisplacedConfig.HandOverOption"/>.</summary>
    public Option<string> HandOver { get; } = new(MisplacedConfig.HandOverOption) { Hidden = true };

    /// <summary>Whether the settings are written to config.toml instead of the manager's home directory.</summary>
    public bool IsConfigWritten(ParseResult call) => call.GetValue(Write) == WriteConfig;

    /// <summary>The mode of a setup, including what the hidden options set.</summary>
    public SetupMode ModeOf(ParseResult call, SetupMode mode) =>
        mode with
        {
            IsRehearsal = call.GetValue(Rehearse),
            Command = call.GetValue(Given) is { Length: > 0 } words ? GivenCommand.Parse(words) : mode.Command,
        };

    public IEnumerable<Option> All => [Write, Print, Jobs, Home, Config, Runner, AsManager, Rehearse, Given, HandOver];
}
