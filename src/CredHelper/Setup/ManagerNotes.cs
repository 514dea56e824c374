using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>What setup reports about the runner manager, beside the changes.</summary>
internal sealed class ManagerNotes(RunnerManager manager, GivenCommand command, SetupReport report)
{
    /// <summary>Which manager is set up, and which are not.</summary>
    public void Introduce()
    {
        report.Found(
            $"manager: {manager.Account.Value.Name} ({manager.Account.Origin}), home {manager.Home.Value} ("
                + $"{manager.Home.Origin})"
        );
        if (manager.Config is { } config)
            report.Found($"config.toml: {config.Value} ({config.Origin})");
        if (!manager.IsThere)
        {
            report.Warn(
                "no GitLab runner was found here (no process, no unit, no config.toml); the settings go to "
                    + "where the packages' manager would read"
            );
        }

        foreach (ManagerProcess other in manager.Others)
        {
            Account user = Account.OfUid(other.Uid);
            string which = other.Uid == manager.Account.Value.Uid ? "" : $" of user {user.Name}";
            report.Warn(
                $"{other}{which} is another manager, which this does not set up"
                    + (other.ConfigPath is { } path ? $"; hint: {command.With("--runner-config", path)}" : "")
            );
        }

        if (manager.HomeAfterRestart is { } home)
        {
            report.Warn(
                $"the unit now gives the manager the home {home}, but the running one has "
                    + $"{manager.Home.Value}; hint: "
                    + $"{command.AsRoot($"systemctl restart {ShellWord.Quote(manager.Unit ?? "")}")} && {command}"
            );
        }
    }

    /// <summary>Whether the manager finds the program in the directory that it was installed to.</summary>
    public void OfInstallation(string directory)
    {
        string path = manager.Environment.Value["PATH"] ?? "";
        if (!path.Split(':').Contains(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))))
        {
            report.Warn(
                $"{directory} is not on the manager's PATH ({path}); hint: "
                    + (
                        manager.Unit is { } unit
                            ? $"{command.AsRoot($"systemctl edit {ShellWord.Quote(unit)}")}, and add [Service] and "
                                + $"Environment=PATH={directory}:{path}"
                            : $"start the manager with PATH={directory}:{path}"
                    )
            );
        }
        else if (
            SearchPath.Find(manager.Environment.Value, HelperName.Program) is { } first
            && first != InstalledProgram.PathIn(directory)
        )
        {
            report.Warn(
                $"{first} comes first on the manager's PATH and is what runs; hint: "
                    + command.With("--install-to", Path.GetDirectoryName(first)!).With("--yes")
            );
        }
    }
}
