using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>What setup reports about the runner manager, apart from the changes.</summary>
internal sealed class ManagerNotes(RunnerManager manager, GivenCommand command, SetupReport report)
{
    /// <summary>Reports which manager is set up, and which are not.</summary>
    public void Introduce()
    {
        report.Found(
            $"runner manager: {manager.Account.Value.Name} ({manager.Account.Origin}), home {manager.Home.Value} ("
                + $"{manager.Home.Origin})"
        );
        if (manager.Config is { } config)
            report.Found($"config.toml: {config.Value} ({config.Origin})");
        if (!manager.IsThere)
        {
            report.Warn(
                "no GitLab Runner found on this machine (no process, unit or config.toml); writing to the "
                    + "locations of the official packages"
            );
        }

        foreach (ManagerProcess other in manager.Others)
        {
            Account user = Account.OfUid(other.Uid);
            string which = other.Uid == manager.Account.Value.Uid ? "" : $" of user {user.Name}";
            report.Warn(
                $"{other}{which} is another runner manager, which this command does not set up"
                    + (other.ConfigPath is { } path ? $"; hint: {command.With("--runner-config", path)}" : "")
            );
        }

        if (manager.HomeAfterRestart is { } home)
        {
            report.Warn(
                $"the unit now gives the runner manager the home {home}, but the running one uses "
                    + $"{manager.Home.Value}; hint: "
                    + $"{command.AsRoot($"systemctl restart {ShellWord.Quote(manager.Unit ?? "")}")} && {command}"
            );
        }
    }

    /// <summary>Warns if the manager does not find the program in the directory that it was installed to.</summary>
    public void OfInstallation(string directory)
    {
        string path = manager.Environment.Value["PATH"] ?? "";
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        bool isThere = SearchPath
            .Directories(manager.Environment.Value)
            .Any(one => SearchPath.AreSame(Path.TrimEndingDirectorySeparator(one), full));
        if (!isThere)
        {
            report.Warn(
                $"{directory} is not on the runner manager's PATH ({path}); hint: {AdditionOf(directory, path)}"
            );
        }
        else if (
            SearchPath.Find(manager.Environment.Value, HelperName.Program) is { } first
            && !SearchPath.AreSame(first, InstalledProgram.PathIn(directory))
        )
        {
            report.Warn(
                $"{first} comes first on the runner manager's PATH, so it runs instead; hint: "
                    + command.With("--install-to", Path.GetDirectoryName(first)!).With("--yes")
            );
        }
    }

    private string AdditionOf(string directory, string path)
    {
        if (OperatingSystem.IsWindows())
            return $"add {directory} to the system's PATH, then run Restart-Service gitlab-runner";
        return manager.Unit is { } unit
            ? $"{command.AsRoot($"systemctl edit {ShellWord.Quote(unit)}")}, and add [Service] and "
                + $"Environment=PATH={directory}:{path}"
            : $"start the runner manager with PATH={directory}:{path}";
    }
}
