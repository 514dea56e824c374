namespace CredHelper.GitLabRunner;

/// <summary>
/// Chooses the runner manager of a machine. Users may run managers of their own, so a running process does not have to
/// be the one that root means:
/// <list type="number">
/// <item>Without root, only the caller's own processes count.</item>
/// <item>A process is a system manager if it runs as root or as the user that the unit of its service, or
/// gitlab-runner.service, names. The one that reads the given config.toml is preferred, then the one in
/// gitlab-runner.service. System managers always come before processes of other users.</item>
/// <item>For root, a process of another user counts if root gave a config.toml that belongs to that user and that the
/// process reads, or if the machine has no sign of a system manager: no such process, no gitlab-runner.service and no
/// /etc/gitlab-runner/config.toml.</item>
/// <item>If several processes remain with different users, arguments or environments, root does not guess: they are
/// reported as rivals.</item>
/// <item>A manager in a container is only reported, and only if none runs outside of containers; nothing is run as its
/// user or in its environment.</item>
/// </list>
/// Whatever is done for the chosen manager is done as its user and not as root (<see cref="Processes.AsUser"/>).
/// </summary>
/// <param name="Process">The chosen process; null if there is none, or there are rivals.</param>
/// <param name="Others">Other processes outside of containers, which were not chosen.</param>
/// <param name="Rivals">Processes among which the user has to choose.</param>
internal sealed record ManagerChoice(
    ManagerProcess? Process,
    IReadOnlyList<ManagerProcess> Others,
    IReadOnlyList<ManagerProcess> Rivals
)
{
    /// <summary>The chosen manager, if it does not run in a container.</summary>
    public ManagerProcess? Local => Process is { IsElsewhere: true } ? null : Process;

    public static ManagerChoice Of(IReadOnlyList<ManagerProcess> found, ManagerSearch search)
    {
        List<ManagerProcess> here = [.. found.Where(process => !process.IsElsewhere)];
        List<ManagerProcess> meant = search.Reader == 0 ? ForRoot(here, search) : ForUser(here, search);
        if (search.Reader == 0 && meant.Exists(process => !AreAlike(process, meant[0])))
            return new ManagerChoice(null, [.. here.Except(meant)], meant);
        ManagerProcess? one =
            meant.Count > 0
                ? meant[0]
                : found.FirstOrDefault(process => process.IsElsewhere && MayBeMeant(process, search));
        return new ManagerChoice(one, [.. here.Where(process => process != one)], []);
    }

    private static List<ManagerProcess> ForUser(List<ManagerProcess> here, ManagerSearch search) =>
        [
            .. here.Where(process => process.Uid == search.Reader)
                .OrderBy(process => search.ConfigPath is not null && !search.Serves(process)),
        ];

    private static List<ManagerProcess> ForRoot(List<ManagerProcess> here, ManagerSearch search)
    {
        List<ManagerProcess> ofSystem = here.FindAll(search.IsOfSystem);
        if (search.ConfigPath is not null)
        {
            List<ManagerProcess> serving = here.FindAll(search.Serves);
            if (serving.FindAll(search.IsOfSystem) is { Count: > 0 } ofThatConfig)
                return InUsualUnit(ofThatConfig, search);
            if (serving.FindAll(process => process.Uid == search.ConfigOwner) is { Count: > 0 } ofItsOwner)
                return ofItsOwner;
        }
        return InUsualUnit(ofSystem.Count > 0 ? ofSystem : here.FindAll(one => MayBeMeant(one, search)), search);
    }

    /// <summary>The processes of gitlab-runner.service, if there are any.</summary>
    private static List<ManagerProcess> InUsualUnit(List<ManagerProcess> processes, ManagerSearch search) =>
        processes.FindAll(process => process.Unit == ManagerSearch.UsualUnit && search.IsOfSystem(process))
            is { Count: > 0 } inUnit
            ? inUnit
            : processes;

    /// <summary>
    /// Whether a process may be chosen: it is not a user's manager on a machine with a system manager.
    /// </summary>
    private static bool MayBeMeant(ManagerProcess process, ManagerSearch search) =>
        search.Reader == 0
            ? process.Uid == 0 || (!search.HasSystemRunner && search.ConfigPath is null)
            : process.Uid == search.Reader;

    private static bool AreAlike(ManagerProcess one, ManagerProcess other) =>
        one.Uid == other.Uid
        && one.Command.SequenceEqual(other.Command)
        && one.Environment.Count == other.Environment.Count
        && one.Environment.All(variable => other.Environment.GetValueOrDefault(variable.Key) == variable.Value);
}
