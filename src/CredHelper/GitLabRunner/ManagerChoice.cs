namespace CredHelper.GitLabRunner;

/// <summary>
/// Which of the runner managers of a machine is meant. Users may run managers of their own, so that one runs says
/// nothing about whether root means it:
/// <list type="number">
/// <item>Without root, the caller's own processes are the only ones that count.</item>
/// <item>A manager is the system's if it runs as root, or as the user that the unit of its service, or
/// gitlab-runner.service, names. Of these the one that serves the config.toml that was given comes first, then the
/// one in gitlab-runner.service. Processes of other users never come before it.</item>
/// <item>A process of another user counts for root if root gave a config.toml that belongs to that user and that it
/// serves, or if nothing on the machine says that it has a manager of the system: no such process, no
/// gitlab-runner.service, no /etc/gitlab-runner/config.toml.</item>
/// <item>If several are left that differ in their user, arguments or environment, root does not guess: they are
/// rivals, to be named.</item>
/// <item>One in a container is told of where none runs outside; nothing is done as its user or with its
/// environment.</item>
/// </list>
/// Whichever it is, what is done for it happens with its user and not as root (<see cref="Processes.AsUser"/>).
/// </summary>
/// <param name="Process">Null if there is none, or they are rivals.</param>
/// <param name="Others">Further ones outside of containers, which are not meant.</param>
/// <param name="Rivals">Those between which the user has to choose.</param>
internal sealed record ManagerChoice(
    ManagerProcess? Process,
    IReadOnlyList<ManagerProcess> Others,
    IReadOnlyList<ManagerProcess> Rivals
)
{
    /// <summary>The one that is meant, if it runs outside of containers.</summary>
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

    /// <summary>Those of gitlab-runner.service, if there are any.</summary>
    private static List<ManagerProcess> InUsualUnit(List<ManagerProcess> processes, ManagerSearch search) =>
        processes.FindAll(process => process.Unit == ManagerSearch.UsualUnit && search.IsOfSystem(process))
            is { Count: > 0 } inUnit
            ? inUnit
            : processes;

    /// <summary>Whether nothing stands against it: it is not a user's manager beside one of the system.</summary>
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
