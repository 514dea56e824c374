using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Setup;

/// <summary>
/// The setup of docker or podman for a user: configuration files, the program itself, and a check of both.
/// </summary>
internal sealed class ClientSetup(
    ClientKind client,
    EnvironmentSnapshot environment,
    SetupMode mode,
    SetupReport report
)
{
    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    public IReadOnlyList<RouteArgument> Routes { get; init; } = [];

    /// <summary>Whether the client uses this program for every registry.</summary>
    public bool IsAskedForAll { get; init; }

    /// <summary>The directory to install the program to; null if it is not installed.</summary>
    public string? InstallTo { get; init; }

    /// <summary>Whether credentials are requested at the end.</summary>
    public bool IsChecked { get; init; }

    /// <summary>The value of <c>--region</c>.</summary>
    public string? Region { get; init; }

    public int Apply(IReadOnlyList<PlannedChange> changes)
    {
        var steps = new List<ISetupStep> { new SetupTransaction(environment, changes, report) };
        if (InstallTo is not null)
            steps.Add(new InstalledProgram(environment, InstallTo, mode.Command, report));
        new SetupPlan(steps) { Obstacles = [.. Obstacles(changes)], IsChecked = IsChecked }.CarryOut(mode, report);
        if (IsChecked && !mode.IsDryRun)
        {
            new ClosingCheck(environment, mode.Command, report).Resolve(
                client,
                [.. Registries.Select(registry => registry.Host)]
            );
        }
        report.Print(SetupReport.NothingToDo);
        return report.ExitCode;
    }

    private IEnumerable<Obstacle> Obstacles(IReadOnlyList<PlannedChange> changes)
    {
        IEnumerable<Obstacle> obstacles = IdentityObstacles
            .OfRegions(Registries, Region)
            .Concat(RouteArgument.Obstacles(Routes, client, environment, IsAskedForAll));
        if (changes.Count == 0)
            return obstacles;
        if (ProgramObstacle.Of(environment, mode.Command, InstallTo) is { } program)
            obstacles = obstacles.Append(program);
        return obstacles.Concat(IdentityObstacles.OfProfiles(environment, Registries));
    }

    /// <param name="isWhole">Whether whole files are restored, whichever registries are named.</param>
    public int Undo(IEnumerable<(string Path, FileFormat Format)> files, bool isWhole) =>
        report.Undo(() => TakeBack(files, isWhole));

    private void TakeBack(IEnumerable<(string Path, FileFormat Format)> files, bool isWhole)
    {
        var undo = new SetupUndo(environment, mode, report);
        string[] named = [.. Registries.Select(one => one.Host), .. Routes.Select(route => route.Pattern)];
        if (isWhole || named.Length == 0)
        {
            undo.Run(files, null);
        }
        else
        {
            foreach (string registry in named)
                undo.Run(files, registry);
        }
        if (named.Length == 0)
        {
            undo.TellOfOthers();
            LeftTokens.Offer(environment, mode, report);
            InstalledProgram.Remove(environment, InstallTo, mode, report);
        }
    }
}
