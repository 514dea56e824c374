using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Setup;

/// <summary>
/// The settings that setup writes to a runner's config.toml: DOCKER_AUTH_CONFIG, and the program as a volume of job
/// containers.
/// </summary>
/// <param name="Environment">The environment of the runner manager.</param>
internal sealed record RunnerConfigSettings(string Path, EnvironmentSnapshot Environment)
{
    /// <summary>Warnings for everyone who sets DOCKER_AUTH_CONFIG (docs/reference/protocol.md, 2 and 3.2).</summary>
    public static readonly string[] VariableWarnings =
    [
        "docker CLI 28.3 and later reads DOCKER_AUTH_CONFIG itself inside jobs, accepts only auths in it "
            + "and warns about the rest",
        "a CI/CD variable DOCKER_AUTH_CONFIG replaces the one in config.toml, even if it is empty",
    ];

    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    public IReadOnlyList<RouteArgument> Routes { get; init; } = [];

    public bool AsCredsStore { get; init; }

    /// <summary>Whether DOCKER_AUTH_CONFIG is written for the runners.</summary>
    public bool HasVariable { get; init; }

    /// <summary>The bind mount of the program, or null if jobs do not get one.</summary>
    public string? Volume { get; init; }

    /// <summary>The runner to change, by name or selector; null for all.</summary>
    public string? Runner { get; init; }

    /// <exception cref="HelperException">The file has no such runner, or is not valid.</exception>
    public PlannedChange Plan() =>
        PlannedChange.Of(new DesiredFile(Path, FileFormat.RunnerConfig, text => DesiredValues((RunnerConfigEdit)text)));

    /// <summary>What the change does not achieve for some of the runners.</summary>
    public IEnumerable<string> Warnings(PlannedChange change) =>
        Chosen(RunnerConfig.Parse(Path, change.Before ?? [])).SelectMany(Warnings);

    /// <summary>The credential store that is replaced there.</summary>
    public static string? ReplacedStore(PlannedChange change) =>
        JsonEdit.Unquote(
            change.Values.FirstOrDefault(value => value is { Before: not null, Path: [.., "credsStore"] })?.Before
        );

    /// <exception cref="HelperException">There is no such runner, or several have the name.</exception>
    public IReadOnlyList<RunnerEntry> Chosen(RunnerConfig config)
    {
        config.RequireDecodable();
        if (Runner is null)
        {
            return config.Runners.Count > 0
                ? config.Runners
                : throw new HelperException(
                    FailureKind.Configuration,
                    $"{config.Path} has no [[runners]]",
                    "register the runner first: gitlab-runner register"
                );
        }
        if (config.Runners.FirstOrDefault(runner => runner.Selector == Runner) is { } exact)
            return [exact];
        List<RunnerEntry> named = [.. config.Runners.Where(runner => runner.Name == Runner)];
        return named.Count switch
        {
            1 => named,
            0 => throw new HelperException(
                FailureKind.Configuration,
                $"{config.Path} has no runner '{ForeignText.Clean(Runner)}'",
                $"use one of {Selectors(config.Runners)}"
            ),
            _ => throw new HelperException(
                FailureKind.Configuration,
                $"{config.Path} has {named.Count} runners named '{ForeignText.Clean(Runner)}'",
                $"use one of {Selectors(named)}"
            ),
        };
    }

    private static string Selectors(IEnumerable<RunnerEntry> runners) =>
        string.Join(", ", runners.Select(runner => $"'{runner.Selector}'"));

    private List<DesiredValue> DesiredValues(RunnerConfigEdit text) =>
        [.. Chosen(text.Config).SelectMany(runner => DesiredValues(text, runner))];

    private IEnumerable<DesiredValue> DesiredValues(RunnerConfigEdit text, RunnerEntry runner)
    {
        // The shell and ssh executors pull no images, so their runners are changed only if they are named.
        if (HasVariable && (runner.PullsImages || Runner is not null))
        {
            foreach (DesiredValue value in VariableValues(text, runner))
                yield return value;
        }
        if (Volume is not null && runner.IsDocker)
            yield return new DesiredValue(["runners", runner.Selector, "docker", "volumes", Volume], Volume);
    }

    private IEnumerable<string> Warnings(RunnerEntry runner)
    {
        string executor = $"runner {runner.Selector}: its executor '{ForeignText.Clean(runner.Executor)}'";
        if (HasVariable && !runner.PullsImages)
        {
            yield return Runner is null
                ? $"{executor} pulls no images, so it was not changed"
                : $"{executor} pulls no images, so only commands of its jobs use the settings";
        }

        if (Volume is not null && !runner.IsDocker)
            yield return $"{executor} has no docker volumes, so the program was not mounted";
        if (Volume is not null && runner.IsAutoscaled)
        {
            yield return $"runner {runner.Selector}: its jobs run on other machines; the mounted path is one on "
                + "those, so install the program in their image";
        }
    }

    private IEnumerable<DesiredValue> VariableValues(RunnerConfigEdit text, RunnerEntry runner)
    {
        string[] variable = ["runners", runner.Selector, "environment", RunnerConfig.DockerAuthConfig];
        foreach (RegistryArgument registry in Registries)
        {
            string[] path = [.. variable, "credHelpers", registry.Host];
            yield return new DesiredValue(path, HelperNames.Own, WhyAnother(text, path), registry.Host);
        }

        IEnumerable<DesiredValue?> routed = Routes.Select(route =>
            route.InCredHelpers(ClientKind.GitLabRunner, variable)
        );
        foreach (DesiredValue value in routed.OfType<DesiredValue>())
            yield return value;
        if (AsCredsStore)
        {
            string[] path = [.. variable, "credsStore"];
            yield return new DesiredValue(path, HelperNames.Own, WhyAnother(text, path));
        }

        IEnumerable<DesiredValue> corrected = HelperNames.Corrected(
            Environment,
            variable,
            path => text.Find(path),
            path => text.Names(path)
        );
        foreach (DesiredValue value in corrected)
            yield return value;
    }

    private static string? WhyAnother(RunnerConfigEdit text, string[] path) =>
        JsonEdit.Unquote(text.Find(path)) is { } other ? HelperNames.WhyAnother(other) : null;
}
