namespace CredHelper.GitLabRunner;

/// <summary>The criteria for choosing the runner manager, determined before the processes are read.</summary>
internal sealed class ManagerSearch
{
    /// <summary>The service of GitLab's packages.</summary>
    public const string UsualUnit = "gitlab-runner.service";

    /// <summary>The user who runs this program: root, or a user who only sees their own processes.</summary>
    public required uint Reader { get; init; }

    /// <summary>The absolute path of the config.toml that was given; null if none was.</summary>
    public required string? ConfigPath { get; init; }

    /// <summary>The owner of that file; null if none was given.</summary>
    public required uint? ConfigOwner { get; init; }

    /// <summary>The default config.toml of a manager that runs as root.</summary>
    public required string SystemConfig { get; init; }

    /// <summary>Whether a unit or a config.toml indicates a system manager.</summary>
    public required bool HasSystemRunner { get; init; }

    /// <summary>The user that a system unit runs as; null if there is no such unit or user.</summary>
    public required Func<string, uint?> UserOfUnit { get; init; }

    /// <summary>Whether the machine's administrator set up the process or a service for its user.</summary>
    public bool IsOfSystem(ManagerProcess process) =>
        process.Uid == 0
        || UserOfUnit(UsualUnit) == process.Uid
        || (process.Unit is { } unit && UserOfUnit(unit) == process.Uid);

    /// <summary>Whether a process reads the config.toml that was given.</summary>
    public bool Serves(ManagerProcess process) => ConfigOf(process) == ConfigPath;

    /// <summary>The config.toml that a process reads; null if unknown.</summary>
    public string? ConfigOf(ManagerProcess process)
    {
        if (process.ConfigPath is { } named)
            return Path.IsPathFullyQualified(named) ? Path.GetFullPath(named) : null;
        if (process.Uid == 0)
            return SystemConfig;
        return process.Environment.GetValueOrDefault("HOME") is { Length: > 0 } home
            ? Path.Combine(home, RunnerManager.ConfigBelowHome)
            : null;
    }
}
