using CredHelper.Editing;
using CredHelper.Errors;
using Tomlyn.Syntax;

namespace CredHelper.GitLabRunner;

/// <summary>One <c>[[runners]]</c> of a config.toml, as far as images and credentials go.</summary>
/// <param name="Selector">How it is named in paths and messages: its name, <c>NAME#ID</c> where several have that name,
/// or <c>#N</c> counted from 0.</param>
internal sealed record RunnerEntry(string Selector, string? Name, string Executor, TomlTable Table)
{
    /// <summary><c>environment</c>, each <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public string? Image { get; init; }

    public string? HelperImage { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Volumes { get; init; } = [];

    public bool IsPrivileged { get; init; }

    /// <summary>Whether job images are pulled at all: the shell, ssh, … executors pull none.</summary>
    public bool PullsImages => IsDocker || IsKubernetes;

    public bool IsDocker =>
        Executor is "docker" or "docker-windows" or "docker+machine" or "docker-ssh" or "docker-autoscaler";

    public bool IsKubernetes => Executor == "kubernetes";

    /// <summary>Whether jobs run on machines that this manager starts elsewhere.</summary>
    public bool IsAutoscaled =>
        Executor is "docker+machine" or "docker-ssh+machine" or "docker-autoscaler" or "instance";

    /// <summary>
    /// The value of a variable of <c>environment</c>; of several the last counts. Null where it is not set.
    /// </summary>
    public string? Variable(string name) =>
        Environment
            .LastOrDefault(variable => variable.StartsWith(name + "=", StringComparison.Ordinal))
            ?[(name.Length + 1)..];
}

/// <summary>
/// What GitLab Runner's config.toml says of its runners (docs.gitlab.com/runner/configuration/advanced-configuration).
/// </summary>
internal sealed class RunnerConfig
{
    public const string DockerAuthConfig = "DOCKER_AUTH_CONFIG";

    private RunnerConfig(string path, TomlSource source)
    {
        Path = path;
        Source = source;
        Runners = Read(source.Tables);
    }

    public string Path { get; }

    public TomlSource Source { get; }

    public IReadOnlyList<RunnerEntry> Runners { get; }

    /// <exception cref="HelperException">It is no TOML, with line and column.</exception>
    public static RunnerConfig Parse(string path, byte[] content) => new(path, TomlSource.Parse(path, content));

    public static RunnerConfig Of(string path, TomlSource source) => new(path, source);

    private static List<RunnerEntry> Read(IReadOnlyList<TomlTable> tables)
    {
        var runners = new List<RunnerEntry>();
        List<List<TomlTable>> groups = [];
        foreach (TomlTable table in tables)
        {
            if (table.IsArrayItem && table.Header is ["runners"])
                groups.Add([table]);
            else if (groups.Count > 0 && table.Header is ["runners", ..])
                groups[^1].Add(table);
        }
        List<string?> names = [.. groups.Select(group => TomlSource.TextOf(TomlSource.Key(group[0], ["name"])?.Value))];
        for (int i = 0; i < groups.Count; i++)
        {
            runners.Add(Read(groups[i], SelectorOf(groups[i][0], names, i), names[i]));
        }
        return runners;
    }

    /// <summary>
    /// Registering names a runner after its host, so several often share a name; the id that GitLab gave it stays when
    /// others come and go, a place in the file does not.
    /// </summary>
    private static string SelectorOf(TomlTable runner, List<string?> names, int index)
    {
        if (names[index] is { Length: > 0 } name && names.Count(other => other == name) == 1)
            return name;
        return TomlSource.Key(runner, ["id"])?.Value is IntegerValueSyntax { Value: > 0 } id
            ? $"{names[index]}#{id.Value}"
            : $"#{index}";
    }

    private static RunnerEntry Read(List<TomlTable> group, string selector, string? name)
    {
        string executor = TomlSource.TextOf(TomlSource.Key(group[0], ["executor"])?.Value) ?? "";
        string section = executor == "kubernetes" ? "kubernetes" : "docker";
        return new RunnerEntry(selector, name, executor, group[0])
        {
            Environment = Texts(Find(group, "environment")),
            Image = TomlSource.TextOf(Find(group, section, "image")),
            HelperImage = TomlSource.TextOf(Find(group, section, "helper_image")),
            Services = Services(group, section),
            Volumes = section == "docker" ? Texts(Find(group, section, "volumes")) : [],
            IsPrivileged = TomlSource.FlagOf(Find(group, section, "privileged")) == true,
        };
    }

    /// <summary>
    /// A value of a runner: below <c>[runners.docker]</c>, or below <c>[[runners]]</c> as <c>docker.image</c> or in
    /// <c>docker = { … }</c>.
    /// </summary>
    public static ValueSyntax? Find(IEnumerable<TomlTable> group, params string[] names)
    {
        foreach (TomlTable table in group)
        {
            string[] below = [.. table.Header.Skip(1)];
            if (table.IsArrayItem && below.Length > 0)
                continue;
            if (names.Length <= below.Length || !names.AsSpan(0, below.Length).SequenceEqual(below))
                continue;
            ReadOnlySpan<string> rest = names.AsSpan(below.Length);
            if (TomlSource.Key(table, rest) is { } pair)
                return pair.Value;
            if (
                rest.Length > 1
                && TomlSource.Key(table, rest[..1])?.Value is InlineTableSyntax inline
                && In(inline, rest[1..]) is { } value
            )
            {
                return value;
            }
        }
        return null;
    }

    private static ValueSyntax? In(InlineTableSyntax table, ReadOnlySpan<string> names)
    {
        foreach (InlineTableItemSyntax item in table.Items)
        {
            if (TomlSource.Names(item.KeyValue?.Key).AsSpan().SequenceEqual(names))
                return item.KeyValue!.Value;
        }
        return null;
    }

    private static List<string> Texts(ValueSyntax? value) => [.. TomlSource.Strings(value).Select(item => item.Text)];

    /// <summary><c>[[runners.docker.services]]</c> with their <c>name</c>, or the older list of names.</summary>
    private static List<string> Services(List<TomlTable> group, string section)
    {
        List<string> services = [.. Texts(Find(group, section, "services"))];
        foreach (TomlTable table in group)
        {
            if (
                table.IsArrayItem
                && table.Header is [_, var kind, "services"]
                && kind == section
                && TomlSource.TextOf(TomlSource.Key(table, ["name"])?.Value) is { } service
            )
            {
                services.Add(service);
            }
        }
        return services;
    }
}
