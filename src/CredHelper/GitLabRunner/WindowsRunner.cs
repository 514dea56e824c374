using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.GitLabRunner;

/// <summary>
/// The Windows service of GitLab Runner, as <c>gitlab-runner install</c> registers it: its command line, its account
/// with the profile that is its home, and the environment that the service manager starts it with.
/// </summary>
internal sealed class WindowsRunner
{
    private const string Services = @"SYSTEM\CurrentControlSet\Services\",
        MachineEnvironment = @"SYSTEM\CurrentControlSet\Control\Session Manager\Environment",
        Profiles = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\",
        Name = "gitlab-runner",
        LocalSystem = "LocalSystem";

    /// <summary>Variables of every process, which the service manager sets and the registry does not have.</summary>
    private static readonly string[] OfEveryProcess =
    [
        "SystemRoot",
        "SystemDrive",
        "ProgramData",
        "ProgramFiles",
        "ProgramW6432",
        "CommonProgramFiles",
    ];

    private static readonly IReadOnlyDictionary<string, string> NoValues = new Dictionary<string, string>();

    private readonly IWindowsMachine _machine;
    private readonly IReadOnlyDictionary<string, string> _service;
    private readonly string[] _command;

    private WindowsRunner(IWindowsMachine machine, IReadOnlyDictionary<string, string>? service)
    {
        _machine = machine;
        _service = service ?? NoValues;
        _command = WindowsCommandLine.Split(_service.GetValueOrDefault("ImagePath") ?? "");
        Key = service is null ? null : $@"HKLM\{Services}{Name}";
    }

    /// <summary>The registry key of the service, for messages; null if there is no such service.</summary>
    public string? Key { get; }

    /// <summary>The manager that runs as this service.</summary>
    /// <param name="configPath">What <c>--runner-config</c> says.</param>
    /// <param name="home">What <c>--runner-home</c> says.</param>
    /// <exception cref="HelperException">A given file or the profile of the account is not found.</exception>
    public static RunnerManager FindManager(
        EnvironmentSnapshot caller,
        string? configPath,
        string? home,
        IWindowsMachine machine
    )
    {
        var service = Find(machine);
        Found<Account> account = service.AccountWith(home is null ? null : Path.GetFullPath(home));
        Found<string>? config = service.Config is { } path ? new Found<string>(path, "the service") : null;
        var environment = new EnvironmentSnapshot(service.Variables(caller, account.Value.Home));
        return new RunnerManager(
            configPath is null ? config : RunnerManager.GivenConfig(configPath),
            account,
            new Found<string>(
                account.Value.Home,
                home is null ? $"the profile of {account.Value.Name}" : RunnerManager.GivenHome
            ),
            new Found<EnvironmentSnapshot>(environment, service.Key ?? "the machine")
        )
        {
            UnitPath = service.Key,
        };
    }

    public static WindowsRunner Find(IWindowsMachine machine) => new(machine, machine.Values(Services + Name));

    /// <summary>
    /// The config.toml that the service reads: the one that its command line names, else the one beside its program.
    /// </summary>
    public string? Config
    {
        get
        {
            string? directory = DirectoryOf(_command.FirstOrDefault());
            string? working = ManagerProcess.Option(_command, "--working-directory", "-working-directory", "-d");
            string? named = ManagerProcess.Option(_command, "--config", "-config", "-c");
            string? path = named is null ? Below(directory, "config.toml") : Below(working ?? directory, named);
            return path is not null && RunnerManager.MayBeThere(path) ? path : null;
        }
    }

    /// <summary>The account of the service, and where that is set.</summary>
    /// <param name="home">Its home directory; null for its profile.</param>
    /// <exception cref="HelperException">Its profile directory is unknown.</exception>
    public Found<Account> AccountWith(string? home)
    {
        string name = _service.GetValueOrDefault("ObjectName") is { Length: > 0 } set ? set : LocalSystem;
        string origin = Key is null ? "the account that gitlab-runner install chooses" : $"ObjectName of {Key}";
        return new Found<Account>(new Account(name, 0, 0, home ?? ProfileOf(name)), origin);
    }

    /// <summary>The environment that the service starts with.</summary>
    public Dictionary<string, string> Variables(EnvironmentSnapshot caller, string home)
    {
        var variables = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in OfEveryProcess)
        {
            if (caller[name] is { } value)
                variables[name] = value;
        }
        foreach ((string name, string value) in _machine.Values(MachineEnvironment) ?? NoValues)
            variables[name.ToUpperInvariant()] = value;
        variables["USERPROFILE"] = home;
        variables["APPDATA"] = Path.Combine(home, "AppData", "Roaming");
        variables["LOCALAPPDATA"] = Path.Combine(home, "AppData", "Local");
        string[] own = (_service.GetValueOrDefault("Environment") ?? "").Split('\n');
        foreach (string[] pair in own.Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2))
            variables[pair[0].ToUpperInvariant()] = pair[1];
        return variables;
    }

    private string ProfileOf(string account)
    {
        string services = Path.Combine(_machine.SystemRoot, "ServiceProfiles");
        string name = account[(account.LastIndexOf('\\') + 1)..].Replace(" ", "", StringComparison.Ordinal);
        if (name.Equals(LocalSystem, StringComparison.OrdinalIgnoreCase))
            return Path.Combine(_machine.SystemRoot, "System32", "config", "systemprofile");
        if (account.StartsWith("NT AUTHORITY", StringComparison.OrdinalIgnoreCase))
            return Path.Combine(services, name);
        return
            _machine.SidOf(WindowsAccountName.Full(account)) is { } sid
            && _machine.Values(Profiles + sid)?.GetValueOrDefault("ProfileImagePath") is { Length: > 0 } profile
            ? profile
            : throw new HelperException(
                FailureKind.Configuration,
                $"the account {account} of the service {Name} has no profile on this machine",
                "start the service once, or name its profile directory with --runner-home"
            );
    }

    private static string? DirectoryOf(string? program) => program is null ? null : Path.GetDirectoryName(program);

    private static string? Below(string? directory, string path) =>
        directory is null ? null : Path.Combine(directory, path);
}
