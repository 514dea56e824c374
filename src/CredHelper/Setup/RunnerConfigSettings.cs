using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.GitLabRunner;

namespace CredHelper.Setup;

/// <summary>
/// What a setup wants in a runner's config.toml: DOCKER_AUTH_CONFIG, and the program as a volume of jobs.
/// </summary>
internal sealed record RunnerConfigSettings(string Path)
{
    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    public bool AsCredsStore { get; init; }

    /// <summary>Whether the runners get DOCKER_AUTH_CONFIG.</summary>
    public bool HasVariable { get; init; }

    /// <summary>The bind mount of the program; null where jobs get none.</summary>
    public string? Volume { get; init; }

    /// <summary>The one that is meant, by name or selector; null for all.</summary>
    public string? Runner { get; init; }

    /// <exception cref="HelperException">Later, of the plan: the file has no such runner, or makes no
    /// sense.</exception>
    public FilePlan Plan(SetupReport report)
    {
        IReadOnlyList<DesiredValue> wishes = [];
        return new FilePlan(
            Path,
            FileFormat.RunnerConfig,
            text => wishes = Wishes(((RunnerConfigEdit)text).Config, report)
        )
        {
            Check = bytes => Check(bytes, wishes),
        };
    }

    /// <summary>The helper whose place we take there.</summary>
    public static string? ReplacedStore(FilePlan plan) =>
        JsonEdit.Unquote(
            FileChange
                .Of(plan)
                .Values.FirstOrDefault(value => value is { Before: not null, Path: [.., "credsStore"] })
                ?.Before
        );

    /// <exception cref="HelperException">Several runners have the name that was given.</exception>
    public IReadOnlyList<RunnerEntry> Chosen(RunnerConfig config)
    {
        if (Runner is null)
            return config.Runners;
        if (config.Runners.FirstOrDefault(runner => runner.Selector == Runner) is { } exact)
            return [exact];
        List<RunnerEntry> named = [.. config.Runners.Where(runner => runner.Name == Runner)];
        return named.Count <= 1
            ? named
            : throw new HelperException(
                FailureKind.Configuration,
                $"{config.Path} has {named.Count} runners '{ForeignText.Clean(Runner)}'",
                $"give one of {string.Join(", ", named.Select(runner => $"'{runner.Selector}'"))}"
            );
    }

    /// <summary>The value as the runner hands it on: <c>$$</c> stands for one dollar.</summary>
    public static string Expanded(string value) => value.Replace("$$", "$", StringComparison.Ordinal);

    private List<DesiredValue> Wishes(RunnerConfig config, SetupReport report)
    {
        IReadOnlyList<RunnerEntry> chosen = Chosen(config);
        if (chosen.Count == 0)
        {
            throw new HelperException(
                FailureKind.Configuration,
                Runner is null
                    ? $"{config.Path} has no [[runners]]"
                    : $"{config.Path} has no runner '{ForeignText.Clean(Runner)}'",
                Runner is null
                    ? "register the runner first: gitlab-runner register"
                    : $"it has {string.Join(", ", config.Runners.Select(runner => $"'{runner.Selector}'"))}"
            );
        }
        var wishes = new List<DesiredValue>();
        foreach (RunnerEntry runner in chosen)
        {
            // The shell and ssh executors pull no images; a runner that is named gets what was asked for all the same.
            if (HasVariable && (runner.PullsImages || Runner is not null))
                wishes.AddRange(VariableWishes(runner));
            if (HasVariable && !runner.PullsImages)
                report.Warn(
                    $"runner {runner.Selector}: its executor '{ForeignText.Clean(runner.Executor)}' pulls "
                        + "no images, so "
                        + $"{(Runner is null ? "it got nothing" : "only the jobs themselves see what it got")}"
                );
            if (Volume is null)
                continue;
            if (runner.IsDocker)
                wishes.Add(new DesiredValue(["runners", runner.Selector, "docker", "volumes", Volume], Volume));
            else
                report.Warn(
                    $"runner {runner.Selector}: its executor '{ForeignText.Clean(runner.Executor)}' has no "
                        + "docker volumes, so its jobs got nothing"
                );
            if (runner.IsAutoscaled)
                report.Warn(
                    $"runner {runner.Selector}: its jobs run on other machines; the mounted path is one of "
                        + "their image, so install the program there"
                );
        }
        return wishes;
    }

    private IEnumerable<DesiredValue> VariableWishes(RunnerEntry runner)
    {
        string[] variable = ["runners", runner.Selector, "environment", RunnerConfig.DockerAuthConfig];
        string helper = JsonEdit.Quote(HelperName.Short);
        foreach (RegistryArgument registry in Registries)
            yield return new DesiredValue(
                [.. variable, "credHelpers", registry.Host],
                helper,
                "another helper is asked for it now",
                registry.Host
            );
        if (AsCredsStore)
            yield return new DesiredValue([.. variable, "credsStore"], helper, "another helper stands there");
    }

    /// <summary>The new text read again as the runner reads it, before anything is written.</summary>
    private void Check(byte[] text, IReadOnlyList<DesiredValue> wishes)
    {
        RunnerConfigEdit written = RunnerConfigEdit.Parse(Path, text);
        foreach (DesiredValue wish in wishes)
        {
            if (written.Find(wish.Path) == wish.Value)
                continue;
            throw new HelperException(
                FailureKind.Other,
                $"{Path} would not hold {SetupReport.Name(wish.Path)} afterwards",
                "nothing was changed; report this"
            );
        }
    }
}
