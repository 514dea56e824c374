using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Setup;

/// <summary>
/// The setup of a runner manager: the files in its home directory (written as its user), its config.toml, the program
/// itself, and a check of all of it in the manager's environment.
/// </summary>
internal sealed class RunnerSetup(EnvironmentSnapshot caller, RunnerManager manager, SetupMode mode)
{
    private readonly SetupReport _report = new(mode);

    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    public IReadOnlyList<RouteArgument> Routes { get; init; } = [];

    public bool AsCredsStore { get; init; }

    public string? Region { get; init; }

    public string? InstallTo { get; init; }

    /// <summary>
    /// Whether the docker configuration is written to DOCKER_AUTH_CONFIG in config.toml instead of the home directory.
    /// </summary>
    public bool InConfig { get; init; }

    public string? Runner { get; init; }

    public bool ForJobs { get; init; }

    /// <summary>Whether credentials are requested at the end.</summary>
    public bool IsChecked { get; init; }

    /// <summary>Whether this process is the part that runs as the manager's user.</summary>
    public bool IsChild { get; init; }

    private bool IsOurs => OperatingSystem.IsWindows() || Posix.EffectiveUserId() == manager.Account.Value.Uid;

    private HomeSettings Home =>
        new(manager.Environment.Value, manager.DockerConfig)
        {
            Registries = Registries,
            Routes = Routes,
            Client = ClientKind.GitLabRunner,
            AsCredsStore = AsCredsStore,
            ForRunner = true,
            IsConfigElsewhere = InConfig,
            Region = Region,
        };

    private bool WritesHome => Registries.Count > 0 || Routes.Count > 0 || AsCredsStore;

    public int Apply()
    {
        if (!IsChild)
            new ManagerNotes(manager, mode.Command, _report).Introduce();
        if (WritesHome)
            AsUser.Require(manager.Account.Value);
        if (!IsChild)
            manager.RefuseBrokenConfig();
        RunnerConfigSettings? settings = ConfigSettings();
        Plan(settings).CarryOut(mode, _report);
        if (!IsChild)
            Tell();
        if (IsChecked && !mode.IsDryRun)
            Check(settings);
        _report.Print(SetupReport.NothingToDo);
        return _report.ExitCode;
    }

    private RunnerConfigSettings? ConfigSettings()
    {
        if (IsChild || (!InConfig && !ForJobs))
            return null;
        string path =
            manager.Config?.Value
            ?? throw new HelperException(
                FailureKind.Configuration,
                "no config.toml was found",
                $"{mode.Command} --runner-config FILE"
            );
        return new RunnerConfigSettings(path, manager.Environment.Value)
        {
            Registries = Registries,
            Routes = Routes,
            AsCredsStore = AsCredsStore,
            HasVariable = InConfig,
            Runner = Runner,
            Volume = ForJobs ? Volume() : null,
        };
    }

    /// <summary>
    /// The steps in order: the program first, because the check of the home needs it; the file that moves into the home
    /// last.
    /// </summary>
    private SetupPlan Plan(RunnerConfigSettings? settings)
    {
        PlannedChange? config = PlanConfig(settings);
        MisplacedConfig? misplaced = IsChild ? null : Misplaced();
        var steps = new List<ISetupStep>();
        if (InstallTo is not null && !IsChild)
            steps.Add(new InstalledProgram(caller, InstallTo, mode.Command, _report));
        if (!IsOurs && ChildArguments() is { } arguments)
            steps.Add(new ManagerChild(manager, mode, _report, arguments));
        if (IsOurs && WritesHome)
            steps.Add(HomeTransaction(config, misplaced));
        if (config is not null)
            steps.Add(new SetupTransaction(caller, [config], _report));
        if (misplaced is not null)
            steps.Add(misplaced);
        return new SetupPlan(steps) { Obstacles = [.. Obstacles()], IsChecked = IsChecked };
    }

    private IEnumerable<Obstacle> Obstacles()
    {
        IEnumerable<Obstacle> obstacles = IsChild ? [] : IdentityObstacles.OfRegions(Registries, Region);
        if (IsOurs)
        {
            obstacles = obstacles.Concat(
                RouteArgument.Obstacles(Routes, ClientKind.GitLabRunner, Home.Environment, AsCredsStore)
            );
        }
        if (!WritesHome)
            return obstacles;
        if (!IsChild && ProgramObstacle.Of(manager.Environment.Value, mode.Command, InstallTo) is { } program)
            obstacles = obstacles.Append(program);
        // Only the manager's user may read its AWS configuration, so the child process checks it.
        return IsOurs ? obstacles.Concat(IdentityObstacles.OfProfiles(Home.Environment, Registries)) : obstacles;
    }

    private PlannedChange? PlanConfig(RunnerConfigSettings? settings)
    {
        if (settings is null)
            return null;
        PlannedChange config = settings.Plan();
        foreach (string warning in settings.Warnings(config))
            _report.Warn(warning);
        return config;
    }

    private SetupTransaction HomeTransaction(PlannedChange? config, MisplacedConfig? misplaced)
    {
        HomeSettings home = Home with
        {
            ReplacedStore = config is null ? null : RunnerConfigSettings.ReplacedStore(config),
            Lost = misplaced,
        };
        return new SetupTransaction(home.Environment, home.Plan(), _report);
    }

    /// <summary>A docker configuration that the manager never reads, if its content is to be moved.</summary>
    private MisplacedConfig? Misplaced()
    {
        if (manager.NeverRead is not { } path)
            return null;
        // Without a docker configuration in the home, there is no target to move it to.
        if (IsOurs && WritesHome && !InConfig)
            return MisplacedConfig.Offer(path, manager, mode, _report);
        _report.Warn(
            $"{path} is never read: the runner manager reads {manager.DockerConfig}; copy the settings "
                + $"you need there (sudoedit {ShellWord.Quote(manager.DockerConfig)}), then run: "
                + $"sudo rm {ShellWord.Quote(path)}"
        );
        return null;
    }

    public int Undo() => _report.Undo(TakeBack);

    private void TakeBack()
    {
        string?[] registries = [.. Registries.Select(one => one.Host), .. Routes.Select(route => route.Pattern)];
        bool isWhole = registries.Length == 0;
        if (isWhole)
            registries = [null];
        foreach (string? registry in registries)
        {
            if (!IsOurs)
            {
                new ManagerChild(manager, mode, _report, ["--undo", .. ArgumentsFor(registry)]).Commit();
            }
            else
            {
                new SetupUndo(Home.Environment, mode, _report).Run(Home.Files(), registry);
            }

            if (manager.Config is { } config)
                new SetupUndo(caller, mode, _report).Run([(config.Value, FileFormat.RunnerConfig)], registry);
        }
        if (isWhole && IsOurs)
        {
            new SetupUndo(Home.Environment, mode, _report).TellOfOthers();
            LeftTokens.Offer(Home.Environment, mode, _report);
        }
        if (isWhole && !IsChild)
        {
            if (IsOurs && manager.JobsConfig is { } moved)
                MisplacedConfig.PutBack(moved, mode, _report);
            new SetupUndo(caller, mode, _report).TellOfOthers();
            InstalledProgram.Remove(caller, InstallTo, mode, _report);
        }
    }

    /// <summary>The option that names a registry or route for the child; empty for all of them.</summary>
    private string[] ArgumentsFor(string? registry)
    {
        if (registry is null)
            return [];
        return Routes.FirstOrDefault(route => route.Pattern == registry) is { } route
            ? ["--route", route.Text]
            : ["--registry", registry];
    }

    /// <summary>The bind mount that gives jobs the program at a fixed path.</summary>
    private string Volume()
    {
        string path = InstallTo is not null
            ? InstalledProgram.PathIn(InstallTo)
            : SearchPath.Find(manager.Environment.Value, HelperName.Program)
                ?? throw new HelperException(
                    FailureKind.Configuration,
                    $"{HelperName.Program} is not on the runner manager's PATH, so there is nothing to mount",
                    mode.Command.With("--install-to", "/usr/local/bin").ToString()
                );
        return $"{path}:/usr/local/bin/{HelperName.Program}:ro";
    }

    private void Tell()
    {
        if (InConfig)
        {
            foreach (string warning in RunnerConfigSettings.VariableWarnings)
                _report.Warn(warning);
        }
        if (AsCredsStore)
        {
            string listed =
                Registries.Count == 0
                    ? "the registry of its own account and public.ecr.aws"
                    : string.Join(", ", Registries.Select(registry => registry.Host));
            _report.Note(
                $"as credsStore, a runner gets credentials only for registries in the output of list: {listed}"
            );
        }
        if (InstallTo is not null)
            new ManagerNotes(manager, mode.Command, _report).OfInstallation(InstallTo);
    }

    private void Check(RunnerConfigSettings? settings)
    {
        if (InConfig && settings is not null)
            CheckVariables(settings);
        if (!IsOurs)
            return;
        var check = new ClosingCheck(Home.Environment, mode.Command, _report) { User = manager.Account.Value };
        if (InstallTo is not null)
            check.Start(InstalledProgram.PathIn(InstallTo), manager.Account.Value.Name);
        if (!WritesHome)
            return;
        string[] hosts = [.. Registries.Select(registry => registry.Host)];
        if (InConfig)
            check.AskHelper(hosts);
        else
            check.Resolve(ClientKind.GitLabRunner, hosts);
    }

    private void CheckVariables(RunnerConfigSettings settings)
    {
        RunnerConfig config = RunnerConfig.Parse(settings.Path, EditableFile.Open(settings.Path).Content ?? []);
        foreach (RunnerEntry runner in settings.Chosen(config))
        {
            if (runner.Expanded(RunnerConfig.DockerAuthConfig) is { } variable)
            {
                new ClosingCheck(manager.Environment.Value, mode.Command, _report).ResolveVariable(
                    $"{RunnerConfig.DockerAuthConfig} of runner {runner.Selector} in {settings.Path}",
                    variable.Value,
                    canRun: IsOurs
                );
            }
        }
    }

    /// <summary>The options of the part that runs as the manager's user; null if it has nothing to do.</summary>
    private string[]? ChildArguments()
    {
        bool tries = InstallTo is not null && IsChecked && !mode.IsDryRun && AsUser.Allows(manager.Account.Value);
        if (!WritesHome && !tries)
            return null;
        return
        [
            .. tries ? ["--install-to", Path.GetFullPath(InstallTo!)] : (string[])[],
            .. Registries.SelectMany(registry => (string[])["--registry", registry.Text]),
            .. Routes.SelectMany(route => (string[])["--route", route.Text]),
            .. AsCredsStore ? ["--creds-store"] : (string[])[],
            .. Region is not null ? ["--region", Region] : (string[])[],
            .. IsChecked ? [] : (string[])["--no-check"],
            .. mode.IsSure ? ["--yes"] : (string[])[],
            .. InConfig ? ["--write", "config-toml"] : (string[])[],
        ];
    }
}
