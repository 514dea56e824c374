using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.GitLabRunner;

/// <summary>A <c>[[runners]]</c> table of a config.toml, reduced to images and credentials.</summary>
/// <param name="Selector">Its name in paths and messages: <c>NAME</c>, <c>NAME#ID</c> if several runners have that
/// name, or <c>#N</c> counted from 0.</param>
internal sealed record RunnerEntry(string Selector, string? Name, string Executor, TomlValue Table)
{
    /// <summary>The ID that GitLab assigned at registration; null if the file has none.</summary>
    public long? Id { get; init; }

    /// <summary>The entries of <c>environment</c>, each <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public string? Image { get; init; }

    public string? HelperImage { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Volumes { get; init; } = [];

    public bool IsPrivileged { get; init; }

    /// <summary>Whether the executor pulls job images; shell, ssh and others do not.</summary>
    public bool PullsImages => IsDocker || IsKubernetes;

    public bool IsDocker =>
        Executor is "docker" or "docker-windows" or "docker+machine" or "docker-ssh" or "docker-autoscaler";

    public bool IsKubernetes => Executor == "kubernetes";

    /// <summary>Whether jobs run on machines that this manager starts.</summary>
    public bool IsAutoscaled =>
        Executor is "docker+machine" or "docker-ssh+machine" or "docker-autoscaler" or "instance";

    /// <summary>
    /// The value of a variable of <c>environment</c>; the last one if it is repeated. Null if it is not set.
    /// </summary>
    public string? Variable(string name) =>
        Environment
            .LastOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))
            ?[(name.Length + 1)..];

    /// <summary>A variable of <c>environment</c> as jobs receive it; null if it is not set.</summary>
    public ExpandedVariable? Expanded(string name) =>
        Variable(name) is { } value ? ExpandedVariable.Of(value, Variable) : null;
}

/// <summary>
/// The runners of GitLab Runner's config.toml (docs.gitlab.com/runner/configuration/advanced-configuration).
/// </summary>
internal sealed class RunnerConfig
{
    public const string DockerAuthConfig = "DOCKER_AUTH_CONFIG";

    private RunnerConfig(string path, TomlSource source)
    {
        Path = path;
        var decoding = new TomlDecoding();
        RunnerConfigSchema.Config.Decode(source.Root, decoding);
        Problems = decoding.Problems;
        Misplaced = decoding.Misplaced;
        Runners = [.. Read(source.Root)];
    }

    public string Path { get; }

    public IReadOnlyList<RunnerEntry> Runners { get; }

    /// <summary>Values that GitLab Runner cannot decode; it stops at the first one.</summary>
    public IReadOnlyList<TomlProblem> Problems { get; }

    /// <summary>Keys that it ignores because they are in the wrong table.</summary>
    public IReadOnlyList<MisplacedKey> Misplaced { get; }

    /// <exception cref="HelperException">It is not TOML; the message has line and column.</exception>
    public static RunnerConfig Parse(string path, byte[] content) => new(path, TomlSource.Parse(path, content));

    public static RunnerConfig Of(string path, TomlSource source) => new(path, source);

    /// <exception cref="HelperException">GitLab Runner refuses the file.</exception>
    public void RequireDecodable()
    {
        if (Problems is [var first, ..])
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{Path}:{first.Line}: {first.Text}, so GitLab Runner refuses the whole file",
                $"write {first.Correction}; nothing was changed"
            );
        }
    }

    private static IEnumerable<RunnerEntry> Read(TomlValue root)
    {
        List<TomlValue> runners = [.. (root.At("runners")?.Items ?? []).Where(item => item.Kind == TomlKind.Table)];
        List<string?> names = [.. runners.Select(runner => runner.TextAt("name"))];
        return runners.Select((runner, index) => Read(runner, SelectorOf(runner, names, index), names[index]));
    }

    /// <summary>
    /// Registration names a runner after its host, so several runners often share a name. The ID that GitLab assigned
    /// stays the same when other runners are added or removed; the position in the file does not.
    /// </summary>
    private static string SelectorOf(TomlValue runner, List<string?> names, int index)
    {
        if (names[index] is { Length: > 0 } name && names.Count(other => other == name) == 1)
            return name;
        return runner.At("id")?.Integer is > 0 and var id ? $"{names[index]}#{id}" : $"#{index}";
    }

    private static RunnerEntry Read(TomlValue runner, string selector, string? name)
    {
        string executor = runner.TextAt("executor") ?? "";
        string section = executor == "kubernetes" ? "kubernetes" : "docker";
        TomlValue? services = runner.At(section, "services");
        return new RunnerEntry(selector, name, executor, runner)
        {
            Id = runner.At("id")?.Integer,
            Environment = runner.TextsAt("environment"),
            Image = runner.TextAt(section, "image"),
            HelperImage = runner.TextAt(section, "helper_image"),
            Services = [.. (services?.Items ?? []).Select(service => service.TextAt("name")).OfType<string>()],
            Volumes = section == "docker" ? runner.TextsAt(section, "volumes") : [],
            IsPrivileged = runner.At(section, "privileged")?.Flag == true,
        };
    }
}
