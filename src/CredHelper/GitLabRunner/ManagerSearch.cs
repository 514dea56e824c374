namespace CredHelper.GitLabRunner;

/// <summary>What is known about the manager that is meant, before the processes are looked at.</summary>
internal sealed class ManagerSearch
{
    /// <summary>The service of GitLab's packages.</summary>
    public const string UsualUnit = "gitlab-runner.service";

    /// <summary>The user who asks: root, or one that sees its own processes alone.</summary>
    public required uint Reader { get; init; }

    /// <summary>The config.toml that was given, in full; null for any.</summary>
    public required string? ConfigPath { get; init; }

    /// <summary>Whose file that is; null if there is none.</summary>
    public required uint? ConfigOwner { get; init; }

    /// <summary>Where a manager that is root reads its config.toml if it is told nothing else.</summary>
    public required string SystemConfig { get; init; }

    /// <summary>Whether a unit or a config.toml says that there is a manager of the system.</summary>
    public required bool HasSystemRunner { get; init; }

    /// <summary>The user that a unit of the system runs as; null if there is no such unit or user.</summary>
    public required Func<string, uint?> UserOfUnit { get; init; }

    /// <summary>Whether the machine's administrator has set a process up, or allowed for its user.</summary>
    public bool IsOfSystem(ManagerProcess process) =>
        process.Uid == 0
        || UserOfUnit(UsualUnit) == process.Uid
        || (process.Unit is { } unit && UserOfUnit(unit) == process.Uid);

    /// <summary>Whether a process reads the config.toml that was given.</summary>
    public bool Serves(ManagerProcess process) => ConfigOf(process) == ConfigPath;

    /// <summary>The config.toml that a process reads; null if that cannot be told.</summary>
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
