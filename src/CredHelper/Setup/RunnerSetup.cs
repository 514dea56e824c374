using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// The setup of a runner's manager: its home (as its user), its config.toml, the program itself, and the trial of all
/// that
/// with the manager's own environment.
/// </summary>
internal sealed class RunnerSetup(EnvironmentSnapshot caller, RunnerManager manager, SetupMode mode)
{
    /// <summary>What everybody who sets DOCKER_AUTH_CONFIG should know (docs/protocol.md, 2 and 3.2).</summary>
    public static readonly string[] VariableWarnings =
    [
        "docker CLI 28.3 and later reads DOCKER_AUTH_CONFIG itself inside jobs, accepts only auths in it "
            + "and warns about the rest",
        "a CI/CD variable DOCKER_AUTH_CONFIG replaces the one in config.toml, and an empty one masks it",
    ];

    private readonly SetupReport _report = new(mode);
    private string? _replacedStore;
    private MisplacedConfig? _lost;

    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    public bool AsCredsStore { get; init; }

    public string? Region { get; init; }

    public string? InstallTo { get; init; }

    /// <summary>Whether config.toml gets the docker config, in DOCKER_AUTH_CONFIG, instead of the home.</summary>
    public bool InConfig { get; init; }

    public string? Runner { get; init; }

    public bool ForJobs { get; init; }

    public bool IsChecked { get; init; }

    /// <summary>Whether this is the part that runs as the manager's user.</summary>
    public bool IsChild { get; init; }

    private bool IsOurs => OperatingSystem.IsWindows() || Posix.EffectiveUserId() == manager.Account.Value.Uid;

    private HomeSettings Home =>
        new(manager.Environment.Value, manager.DockerConfig)
        {
            Registries = Registries,
            AsCredsStore = AsCredsStore,
            ForRunner = true,
            ReplacedStore = _replacedStore,
            Lost = _lost,
            Region = Region,
        };

    private RunnerConfigSettings? ConfigSettings =>
        (InConfig || ForJobs) && !IsChild
            ? new RunnerConfigSettings(
                manager.Config?.Value
                    ?? throw new HelperException(
                        FailureKind.Configuration,
                        "no config.toml was found",
                        "give it with --runner-config"
                    )
            )
            {
                Registries = Registries,
                AsCredsStore = AsCredsStore,
                HasVariable = InConfig,
                Runner = Runner,
                Volume = ForJobs ? Volume() : null,
            }
            : null;

    private bool WritesHome => Registries.Count > 0 || AsCredsStore;

    public int Apply()
    {
        if (!IsChild)
            Introduce();
        if (WritesHome && !AsUser.Allows(manager.Account.Value))
            throw new HelperException(
                FailureKind.Configuration,
                $"only root may work for the user {manager.Account.Value.Name}",
                "run it with sudo"
            );
        if (!IsChild)
            manager.RefuseBrokenConfig();
        SetupSteps.CarryOut([.. Steps()], mode, _report);
        if (!IsChild)
            Tell();
        if (IsChecked && !mode.IsDryRun)
            Check();
        _report.Print("nothing to do: everything is set up already");
        return 0;
    }

    private void Introduce()
    {
        _report.Found(
            $"manager: {manager.Account.Value.Name} ({manager.Account.Origin}), home {manager.Home.Value} ("
                + $"{manager.Home.Origin})"
        );
        if (manager.Config is { } config)
            _report.Found($"config.toml: {config.Value} ({config.Origin})");
        if (!manager.IsThere)
            _report.Warn(
                "no GitLab runner was found here (no process, no unit, no config.toml); the settings go to "
                    + "where the packages' manager would read"
            );
        foreach (ManagerProcess other in manager.Others)
            _report.Warn(
                $"{other} is another manager, which this does not set up; hint: choose it with "
                    + $"--runner-config{(other.ConfigPath is { } path ? " " + path : "")}"
            );
        if (manager.HomeAfterRestart is { } home)
            _report.Warn(
                $"the unit now gives the manager the home {home}, but the running one has "
                    + $"{manager.Home.Value}; hint: systemctl restart gitlab-runner, and run this again"
            );
    }

    /// <summary>The program first, since the trial of the home needs it.</summary>
    private IEnumerable<ISetupStep> Steps()
    {
        FilePlan? config = ConfigSettings?.Plan(_report);
        if (config is not null)
            _replacedStore = RunnerConfigSettings.ReplacedStore(config);
        if (!IsChild && manager.NeverRead is { } path)
        {
            // Without a docker config in the home there is nothing to move it into.
            if (IsOurs && WritesHome && !InConfig)
                _lost = MisplacedConfig.Offer(path, manager, mode, _report);
            else
                _report.Warn(
                    $"{path} is never read: the manager reads {manager.DockerConfig}; copy what you need of "
                        + $"it there (sudoedit {manager.DockerConfig}), then: sudo rm {path}"
                );
        }
        if (InstallTo is not null && !IsChild)
            yield return new InstalledProgram(caller, InstallTo, _report);
        if (!IsOurs && ChildArguments() is { } arguments)
            yield return new ManagerChild(manager, mode, _report, arguments);
        if (IsOurs && WritesHome)
            yield return new SetupRun(Home.Environment, mode, _report).Prepare(HomePlans());
        if (config is not null)
            yield return new SetupRun(caller, mode, _report).Prepare([config]);
        if (_lost is not null)
            yield return _lost;
    }

    public int Undo()
    {
        string?[] registries = Registries.Count == 0 ? [null] : [.. Registries.Select(registry => registry.Host)];
        foreach (string? registry in registries)
        {
            if (!IsOurs)
                new ManagerChild(
                    manager,
                    mode,
                    _report,
                    ["--undo", .. registry is null ? [] : (string[])["--registry", registry]]
                ).Do();
            else
                new SetupRun(Home.Environment, mode, _report).Undo(Home.Files(), registry);
            if (manager.Config is { } config)
                new SetupRun(caller, mode, _report).Undo([(config.Value, FileFormat.RunnerConfig)], registry);
        }
        if (Registries.Count == 0 && !IsChild)
        {
            if (IsOurs && manager.JobsConfig is { } moved)
                MisplacedConfig.PutBack(moved, mode, _report);
            foreach (string directory in InstallDirectories())
                InstalledProgram.Remove(caller, directory, mode, _report);
        }
        _report.Print("nothing to take back: setup changed nothing here");
        return 0;
    }

    /// <summary>
    /// Where setup may have installed the program: undo records are found by the path of what they tell of.
    /// </summary>
    private IEnumerable<string> InstallDirectories() =>
        InstallTo is not null
            ? [InstallTo]
            : $"/usr/local/bin:{manager.Environment.Value["PATH"]}:{caller["PATH"]}"
                .Split(':')
                .Where(Path.IsPathFullyQualified)
                .Select(Path.GetFullPath)
                .Distinct();

    /// <summary>With the docker config in config.toml the home has the identities alone.</summary>
    private IReadOnlyList<FilePlan> HomePlans() =>
        [.. Home.Plans().Where(plan => !InConfig || plan.Path != Home.DockerConfig)];

    /// <summary>Where jobs find the program: the same path inside as outside.</summary>
    private string Volume()
    {
        string path = InstallTo is not null
            ? InstalledProgram.PathIn(InstallTo)
            : SearchPath.Find(manager.Environment.Value, HelperName.Program)
                ?? throw new HelperException(
                    FailureKind.Configuration,
                    $"{HelperName.Program} is not on the manager's PATH, so there is nothing to mount",
                    "add --install-to /usr/local/bin"
                );
        return $"{path}:/usr/local/bin/{HelperName.Program}:ro";
    }

    private void Tell()
    {
        if (InConfig)
        {
            foreach (string warning in VariableWarnings)
                _report.Warn(warning);
        }
        if (AsCredsStore)
        {
            string listed =
                Registries.Count == 0
                    ? "the registry of its own account and public.ecr.aws"
                    : string.Join(", ", Registries.Select(registry => registry.Host));
            _report.Note($"a runner gets credentials only for what list names: {listed}; others get none");
        }
        if (InstallTo is not null)
            TellOfPath(InstallTo);
    }

    private void TellOfPath(string directory)
    {
        string path = manager.Environment.Value["PATH"] ?? "";
        if (!path.Split(':').Contains(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))))
            _report.Warn(
                $"{directory} is not on the manager's PATH ({path}); hint: systemctl edit gitlab-runner, "
                    + $"and add Environment=PATH={directory}:{path}"
            );
        else if (
            SearchPath.Find(manager.Environment.Value, HelperName.Program) is { } first
            && first != InstalledProgram.PathIn(directory)
        )
            _report.Warn(
                $"{first} comes first on the manager's PATH and is what runs; hint: remove it, or install there"
            );
    }

    private void Check()
    {
        if (InConfig && !IsChild)
            CheckVariables();
        if (!IsOurs)
            return;
        var helper = new HelperCheck(manager.Environment.Value, _report);
        if (InstallTo is not null)
            helper.Start(InstalledProgram.PathIn(InstallTo), manager.Account.Value.Name);
        if (!WritesHome)
            return;
        if (!InConfig && EditableFile.Open(manager.DockerConfig).Content is { } text)
            new RunnerSourceCheck(manager.Environment.Value, _report).Run(
                manager.DockerConfig,
                System.Text.Encoding.UTF8.GetString(text)
            );
        helper.Run(Registries.Select(registry => registry.Host));
    }

    private void CheckVariables()
    {
        RunnerConfigSettings settings = ConfigSettings!;
        RunnerConfig config = RunnerConfig.Parse(settings.Path, EditableFile.Open(settings.Path).Content ?? []);
        foreach (RunnerEntry runner in settings.Chosen(config))
        {
            if (runner.Variable(RunnerConfig.DockerAuthConfig) is { } json)
                new RunnerSourceCheck(manager.Environment.Value, _report).Run(
                    $"{RunnerConfig.DockerAuthConfig} of runner {runner.Selector}",
                    RunnerConfigSettings.Expanded(json)
                );
        }
    }

    /// <summary>What the manager's user is to do; null where that is nothing.</summary>
    private string[]? ChildArguments()
    {
        bool tries = InstallTo is not null && IsChecked && !mode.IsDryRun && AsUser.Allows(manager.Account.Value);
        if (!WritesHome && !tries)
            return null;
        return
        [
            .. tries ? ["--install-to", InstallTo!] : (string[])[],
            .. Registries.SelectMany(registry => (string[])["--registry", registry.Text]),
            .. AsCredsStore ? ["--creds-store"] : (string[])[],
            .. Region is not null ? ["--region", Region] : (string[])[],
            .. IsChecked ? [] : (string[])["--no-check"],
            .. mode.IsSure ? ["--yes"] : (string[])[],
            .. InConfig ? ["--write", "config-toml"] : (string[])[],
        ];
    }
}
