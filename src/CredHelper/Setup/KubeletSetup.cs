using CredHelper.CredentialProviders;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>Makes this program a credential provider of a node's kubelet, and undoes it.</summary>
internal sealed class KubeletSetup(
    EnvironmentSnapshot environment,
    KubeletSettings settings,
    SetupMode mode,
    SetupReport report
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] UnitDirectories =
    [
        "/etc/systemd/system",
        "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ];

    /// <summary>Whether the installed program is started at the end.</summary>
    public bool IsChecked { get; init; }

    public int Apply()
    {
        PlannedChange[] changes =
            settings.IsWrittenByPlatform && !File.Exists(settings.Paths.Config) ? [] : [settings.Plan()];
        new SetupPlan([
            new ProviderProgram(environment, settings.Program, report),
            new SetupTransaction(environment, changes, report),
        ]).CarryOut(mode, report);
        if (settings.IsWrittenByPlatform)
        {
            report.Note(
                changes.Length == 0
                    ? $"{settings.Paths.Config} does not exist yet; nodeadm writes it and names {settings.Name} in it"
                    : $"nodeadm overwrites {settings.Paths.Config} at each boot, so run this in the node's user data"
            );
        }
        if (changes.Any(change => !change.IsNone))
            report.Note(Restart());
        if (IsChecked && !mode.IsDryRun)
            Start();
        report.Print(SetupReport.NothingToDo);
        return report.ExitCode;
    }

    public int Undo() =>
        report.Undo(() =>
        {
            new SetupUndo(environment, mode, report).Run([(settings.Paths.Config, KubeletSettings.Format)], null);
            bool isChanged = report.IsChanged;
            ProviderProgram.Remove(environment, settings.Program, mode, report);
            if (isChanged)
                report.Note(Restart());
            if (settings.Paths == KubeletPaths.Rancher && !mode.IsDryRun)
                EditableFile.DeleteEmptyDirectory(Path.GetDirectoryName(settings.Paths.Config)!);
        });

    /// <summary>Notes the restart that the kubelet needs to read its new configuration.</summary>
    private string Restart()
    {
        IReadOnlyList<string> services = KubeletPaths.ServicesOf(settings.Platform);
        string[] here = [.. services.Where(IsInstalled)];
        string Command(string service) => mode.Command.AsRoot($"systemctl restart {service}");

        return here.Length == 1 || services.Count == 1
            ? $"restart the kubelet to apply the change: {Command(here.FirstOrDefault(services[0]))}"
            : $"restart the kubelet to apply the change: {string.Join(", or ", services.Select(Command))}";
    }

    private static bool IsInstalled(string service) =>
        UnitDirectories.Any(directory => File.Exists(Path.Combine(directory, service + ".service")));

    private void Start()
    {
        try
        {
            ChildResult result = ChildProcess.Run(
                environment,
                settings.Program,
                ["--version"],
                "",
                Patience,
                isMarked: false
            );
            if (result.ExitCode != 0)
                report.Fail([], $"{settings.Program} cannot run: {ForeignText.Clean(result.Error)}");
        }
        catch (HelperException exception)
        {
            report.Fail(
                [],
                $"{settings.Program} cannot run: {exception.Message}; hint: remount its file system without noexec"
            );
        }
    }
}
