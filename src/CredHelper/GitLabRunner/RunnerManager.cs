using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.Systemd;

namespace CredHelper.GitLabRunner;

/// <summary>A fact about a machine, and a description of where it was found.</summary>
internal sealed record Found<T>(T Value, string Origin);

/// <summary>
/// The runner manager of this machine: its user and the files that it reads. The manager pulls the images, with its own
/// HOME, PATH and environment; neither CI/CD variables nor config.toml's <c>environment</c> affect it
/// (docs/reference/protocol.md, 3.3 and 3.5).
/// </summary>
internal sealed record RunnerManager(
    Found<string>? Config,
    Found<Account> Account,
    Found<string> Home,
    Found<EnvironmentSnapshot> Environment
)
{
    /// <summary>The default config.toml of a manager that does not run as root, below its home directory.</summary>
    public const string ConfigBelowHome = ".gitlab-runner/config.toml";

    public const string GivenHome = "--runner-home";
    private const int LongestConfig = 8 * 1024 * 1024;

    /// <summary>The process on this machine, or in a container if there is no other.</summary>
    public ManagerProcess? Process { get; private init; }

    /// <summary>Other managers on this machine; setup for this one does not change them.</summary>
    public IReadOnlyList<ManagerProcess> Others { get; private init; } = [];

    /// <summary>Processes among which the user has to choose; if there are any, no other property is usable.</summary>
    public IReadOnlyList<Rival> Rivals { get; private init; } = [];

    /// <summary>
    /// The home directory that the unit sets now, if the process was started with another one; null if they are equal.
    /// </summary>
    public string? HomeAfterRestart { get; private init; }

    /// <summary>Whether there is any sign of a runner: a process, a unit or a config.toml.</summary>
    public bool IsThere => Process is not null || UnitPath is not null || Config is not null;

    /// <summary>The name of the service, for systemctl; null if the manager is not a service.</summary>
    public string? Unit => Process?.Unit ?? System.IO.Path.GetFileName(UnitPath);

    /// <summary>The path of the unit, for messages; null if there is none.</summary>
    public string? UnitPath { get; init; }

    /// <summary>
    /// The config.json in the home directory of the user given by <c>--user</c>; it exists, but the manager never reads
    /// it.
    /// </summary>
    public string? NeverRead => JobsConfig is { } path && FileStatus.Of(path) is not null ? path : null;

    /// <summary>The path of that file, whether or not it exists; null if jobs do not run as another user.</summary>
    public string? JobsConfig { get; private init; }

    /// <summary>Files of EnvironmentFile= that do not exist.</summary>
    public IReadOnlyList<string> MissingFiles { get; private init; } = [];

    /// <summary>The file that sets each variable of the unit.</summary>
    public IReadOnlyDictionary<string, string> VariableOrigins { get; private init; } =
        new Dictionary<string, string>();

    /// <summary>
    /// Whether the only running manager has another root directory: it runs in a container and cannot be configured
    /// from outside.
    /// </summary>
    public bool IsInContainer => Process is { IsElsewhere: true };

    public string DockerConfig => System.IO.Path.Combine(Home.Value, ".docker", "config.json");

    /// <summary>
    /// A manager with an invalid config.toml pulls nothing, whatever is set up for it. A file that this user cannot
    /// read is not checked.
    /// </summary>
    /// <exception cref="HelperException">It is not TOML, or GitLab Runner cannot decode it; the message has the
    /// line.</exception>
    public void RefuseBrokenConfig()
    {
        if (Config is { } config && ReadConfig(out byte[] content) == FileRead.Ok)
            RunnerConfig.Parse(config.Value, content).RequireDecodable();
    }

    /// <summary>
    /// Reads config.toml as the manager's user. Root may read more than that user, who may have named the file or
    /// replaced it with a link, and its content is tried with that user's environment.
    /// </summary>
    public FileRead ReadConfig(out byte[] content)
    {
        content = [];
        return Config is { } config
            ? AsUser.ReadFile(Account.Value, config.Value, LongestConfig, out content)
            : FileRead.Missing;
    }

    /// <summary>
    /// The manager as the current process, for the part of a setup that runs as the manager's user in its environment.
    /// </summary>
    public static RunnerManager OfCaller(EnvironmentSnapshot caller, string home) =>
        new(
            null,
            new Found<Account>(Processes.Account.OfUid(Self), "given"),
            new Found<string>(home, "given"),
            new Found<EnvironmentSnapshot>(caller, "given")
        );

    /// <param name="configPath">The value of <c>--runner-config</c>.</param>
    /// <param name="home">The value of <c>--runner-home</c>.</param>
    /// <param name="root">The root of the file system; <c>/</c> except in tests.</param>
    /// <exception cref="HelperException">A given file does not exist, or a unit names a user that does not
    /// exist.</exception>
    public static RunnerManager Find(EnvironmentSnapshot caller, string? configPath, string? home, string root = "/")
    {
        if (OperatingSystem.IsWindows())
            return WindowsRunner.FindManager(caller, configPath, home, new WindowsMachine());
        ManagerSearch search = SearchFor(configPath, root);
        ManagerChoice choice = ManagerChoice.Of(ManagerProcess.FindAll(root), search);
        ManagerProcess? local = choice.Local;
        SystemdUnit? unit =
            local is null || search.IsOfSystem(local)
                ? SystemdUnit.Find(root, local?.Unit ?? ManagerSearch.UsualUnit)
                : null;
        IReadOnlyList<string> command = CommandOf(local, unit);
        Found<string>? config = FindConfig(caller, configPath, NamedConfig(local, unit, command), root);
        Found<Account> account = FindAccount(local, unit, config);
        Dictionary<string, string> variables = Variables(local, unit, account.Value, out string origin);
        Found<string> place = FindHome(caller, home, variables, unit, account.Value, origin);
        // A manager that does not run as root reads the one in its own home directory.
        if (configPath is null && local is { ConfigPath: null, Uid: > 0 })
            config = OwnConfig(place.Value);
        variables["HOME"] = place.Value;
        return new RunnerManager(
            config,
            account,
            place,
            new Found<EnvironmentSnapshot>(new EnvironmentSnapshot(variables), origin)
        )
        {
            // A unit on this machine takes precedence over managers in containers.
            Process = unit is null ? choice.Process : local,
            HomeAfterRestart = ChangedHome(local, unit, place),
            Others = choice.Others,
            Rivals = [.. choice.Rivals.Select(rival => RivalOf(rival, search))],
            UnitPath = unit?.Path,
            MissingFiles = unit?.MissingFiles ?? [],
            VariableOrigins = OriginsOf(variables, unit),
            JobsConfig = FindJobsConfig(command, place.Value),
        };
    }

    private static uint Self => OperatingSystem.IsWindows() ? 0 : Posix.EffectiveUserId();

    private static ManagerSearch SearchFor(string? configPath, string root)
    {
        string? given = configPath is null ? null : System.IO.Path.GetFullPath(configPath);
        string system = SystemdUnit.Below(root, "/etc/gitlab-runner/config.toml");
        return new ManagerSearch
        {
            Reader = Self,
            ConfigPath = given,
            ConfigOwner = given is null ? null : FileStatus.Of(given)?.UserId,
            SystemConfig = system,
            HasSystemRunner = SystemdUnit.Find(root, ManagerSearch.UsualUnit) is not null || MayBeThere(system),
            UserOfUnit = name => SystemdUnit.Find(root, name) is { } unit ? UserOf(unit) : null,
        };
    }

    private static uint? UserOf(SystemdUnit unit) => unit.User is { } user ? UserNamed(user)?.Uid : 0;

    private static Rival RivalOf(ManagerProcess process, ManagerSearch search) =>
        new(process, Processes.Account.OfUid(process.Uid), search.ConfigOf(process));

    private static Account? UserNamed(string user) =>
        Processes.Account.ByName(user) ?? (uint.TryParse(user, out uint id) ? Processes.Account.ByUid(id) : null);

    /// <summary>Only for values that are in use: a running process may have others than its unit.</summary>
    private static Dictionary<string, string> OriginsOf(Dictionary<string, string> variables, SystemdUnit? unit) =>
        (unit?.Environment ?? new Dictionary<string, (string Value, string Origin)>())
            .Where(set => variables.GetValueOrDefault(set.Key) == set.Value.Value)
            .ToDictionary(set => set.Key, set => set.Value.Origin, StringComparer.Ordinal);

    private static IReadOnlyList<string> CommandOf(ManagerProcess? local, SystemdUnit? unit) =>
        local?.Command ?? unit?.Command ?? [];

    /// <summary>The config.toml that the process or its unit names.</summary>
    private static string? NamedConfig(ManagerProcess? local, SystemdUnit? unit, IReadOnlyList<string> command) =>
        local?.ConfigPath
        ?? ManagerProcess.Option(command, "--config", "-config", "-c")
        ?? unit?.Environment.GetValueOrDefault("CONFIG_FILE").Value;

    /// <summary>The home directory that a service gets after a restart, if it is another one.</summary>
    private static string? ChangedHome(ManagerProcess? local, SystemdUnit? unit, Found<string> home) =>
        home.Origin != GivenHome
        && local is { Unit: not null }
        && unit?.Environment.GetValueOrDefault("HOME").Value is { Length: > 0 } next
        && next != home.Value
            ? next
            : null;

    /// <exception cref="HelperException">There is no such file.</exception>
    public static Found<string> GivenConfig(string given)
    {
        string path = System.IO.Path.GetFullPath(given);
        return MayBeThere(path)
            ? new Found<string>(path, "--runner-config")
            : throw new HelperException(
                FailureKind.Configuration,
                $"{given} does not exist",
                "pass the path of the runner's config.toml"
            );
    }

    private static Found<string>? FindConfig(EnvironmentSnapshot caller, string? given, string? named, string root)
    {
        if (given is not null)
            return GivenConfig(given);
        if (named is not null && System.IO.Path.IsPathFullyQualified(named))
            return new Found<string>(SystemdUnit.Below(root, named), "--config of the service");
        string system = SystemdUnit.Below(root, "/etc/gitlab-runner/config.toml");
        if (MayBeThere(system))
            return new Found<string>(system, "default of GitLab's packages");
        return caller.Home is { } home ? OwnConfig(home) : null;
    }

    /// <summary>
    /// GitLab's packages make the directory readable for root only; a path that cannot be checked may exist.
    /// </summary>
    public static bool MayBeThere(string path) =>
        RegularFile.Read(path, int.MaxValue, out _) is not (FileRead.Missing or FileRead.NotRegular);

    private static Found<string>? OwnConfig(string home) =>
        System.IO.Path.Combine(home, ConfigBelowHome) is var path && File.Exists(path)
            ? new Found<string>(path, "runner in user mode")
            : null;

    private static Found<Account> FindAccount(ManagerProcess? process, SystemdUnit? unit, Found<string>? config)
    {
        if (process is not null)
            return new Found<Account>(Processes.Account.OfUid(process.Uid), $"user of {process}");
        if (unit?.User is { } user)
        {
            return new Found<Account>(
                UserNamed(user)
                    ?? throw new HelperException(
                        FailureKind.Configuration,
                        $"{unit.Path}: the user {user} does not exist",
                        "correct User= in that unit"
                    ),
                $"User= in {unit.Path}"
            );
        }
        if (unit is not null)
            return new Found<Account>(Processes.Account.OfUid(0), $"no User= in {unit.Path}");
        // A config.toml that only one user may read belongs to that user's runner.
        if (config is not null && FileStatus.Of(config.Value) is { } owner)
            return new Found<Account>(Processes.Account.OfUid(owner.UserId), $"owner of {config.Value}");
        return new Found<Account>(Processes.Account.OfUid(0), "default of GitLab's packages");
    }

    private static Dictionary<string, string> Variables(
        ManagerProcess? process,
        SystemdUnit? unit,
        Account account,
        out string origin
    )
    {
        if (process is not null)
        {
            origin = process.ToString();
            return new Dictionary<string, string>(process.Environment, StringComparer.Ordinal);
        }
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = SystemdUnit.DefaultPath };
        origin = unit?.Path ?? "systemd's defaults";
        if (unit?.User is not null)
            (variables["HOME"], variables["USER"], variables["LOGNAME"]) = (account.Home, account.Name, account.Name);
        foreach ((string name, (string value, _)) in unit?.Environment ?? new Dictionary<string, (string, string)>())
            variables[name] = value;
        return variables;
    }

    private static Found<string> FindHome(
        EnvironmentSnapshot caller,
        string? given,
        Dictionary<string, string> variables,
        SystemdUnit? unit,
        Account account,
        string origin
    )
    {
        if (given is not null)
            return new Found<string>(System.IO.Path.GetFullPath(given), GivenHome);
        if (caller["GITLAB_RUNNER_HOME"] is { } chosen)
            return new Found<string>(chosen, "GITLAB_RUNNER_HOME");
        return variables.TryGetValue("HOME", out string? home) && home.Length > 0
            ? new Found<string>(home, OriginOfHome(home, unit, origin))
            : new Found<string>(account.Home, $"user database entry of {account.Name}");
    }

    private static string OriginOfHome(string home, SystemdUnit? unit, string origin)
    {
        if (unit?.Environment.TryGetValue("HOME", out (string Value, string Origin) set) == true && set.Value == home)
            return $"HOME in {set.Origin}";
        return unit?.User is not null && origin == unit.Path ? $"User= in {unit.Path}" : $"HOME of {origin}";
    }

    /// <summary>A common mistake: the file is in the home directory of the user that shell jobs run as.</summary>
    private static string? FindJobsConfig(IReadOnlyList<string> command, string home) =>
        ManagerProcess.Option(command, "--user", "-u") is { } user
        && Processes.Account.ByName(user) is { } account
        && account.Home != home
            ? System.IO.Path.Combine(account.Home, ".docker", "config.json")
            : null;
}
