using System.Text;
using CredHelper.DockerConfig;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>A docker configuration by where it stands and what it says.</summary>
internal sealed record NamedConfig(string Source, string Text, DockerConfigText Config)
{
    /// <summary>It may hold logins.</summary>
    public override string ToString() => Source;
}

/// <summary>
/// The configurations that a client reads, in its order, and the files among them that are missing or unreadable.
/// </summary>
/// <param name="MainPath">The file where a person would look first.</param>
internal sealed record DockerConfigs(string MainPath, IReadOnlyList<NamedConfig> Texts, string? Unreadable)
{
    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>DOCKER_AUTH_CONFIG as the client gets it; null where nobody sets it.</summary>
    public string? Variable { get; private init; }

    /// <summary>credential-helpers of registries.conf, for podman.</summary>
    public IReadOnlyList<string> HelperOrder { get; private init; } = ["containers-auth.json"];

    /// <summary>The files alone, by path and text.</summary>
    public IReadOnlyList<(string Path, string Text)> Files =>
        [.. Texts.Where(text => text.Source != RunnerSources.VariableName).Select(text => (text.Source, text.Text))];

    public static DockerConfigs Of(PullClient client)
    {
        EnvironmentSnapshot environment = client.Environment;
        string home = environment.Home ?? "/";
        return client.Kind switch
        {
            ClientKind.GitLabRunner => Read(
                [Path.Combine(home, ".docker", "config.json"), Path.Combine(home, ".dockercfg")],
                isFirstOnly: true,
                VariableOf(client.Runner)
            ),
            ClientKind.Podman => Read(PodmanFiles(environment, home), isFirstOnly: false, null) with
            {
                HelperOrder = PodmanOrder(home),
            },
            _ => Read(
                [Path.Combine(environment.DockerConfigDirectory ?? Path.Combine(home, ".docker"), "config.json")],
                isFirstOnly: true,
                environment[RunnerSources.VariableName]
            ),
        };
    }

    /// <summary>
    /// A CI/CD variable replaces config.toml's, an empty one too; runners differ, so the first that sets one is shown.
    /// </summary>
    private static string? VariableOf(ManagerSnapshot? runner) =>
        runner?.CiVariable ?? runner?.Runners.Select(one => one.AuthConfig).FirstOrDefault(text => text is not null);

    private static DockerConfigs Read(List<string> paths, bool isFirstOnly, string? variable)
    {
        var texts = new List<NamedConfig>();
        string? unreadable = null;
        if (variable is not null)
            texts.Add(new NamedConfig(RunnerSources.VariableName, variable, DockerConfigText.Parse(variable)));
        foreach (string path in paths)
        {
            switch (RegularFile.Read(path, LongestFile, out byte[] content))
            {
                case FileRead.Ok:
                    string text = Encoding.UTF8.GetString(content);
                    texts.Add(new NamedConfig(path, text, DockerConfigText.Parse(text)));
                    if (isFirstOnly)
                        return new DockerConfigs(paths[0], texts, unreadable) { Variable = variable };
                    break;
                case FileRead.Missing:
                    break;
                default:
                    unreadable ??= path;
                    break;
            }
        }
        return new DockerConfigs(paths[0], texts, unreadable) { Variable = variable };
    }

    /// <summary>containers-auth.json(5).</summary>
    private static List<string> PodmanFiles(EnvironmentSnapshot environment, string home)
    {
        if (environment["REGISTRY_AUTH_FILE"] is { } only)
            return [only];
        string runtime = environment["XDG_RUNTIME_DIR"] is { } directory
            ? Path.Combine(directory, "containers", "auth.json")
            : $"/run/containers/{(OperatingSystem.IsWindows() ? 0 : Posix.EffectiveUserId())}/auth.json";
        string configuration = environment["XDG_CONFIG_HOME"] ?? Path.Combine(home, ".config");
        return
        [
            runtime,
            Path.Combine(configuration, "containers", "auth.json"),
            Path.Combine(environment.DockerConfigDirectory ?? Path.Combine(home, ".docker"), "config.json"),
        ];
    }

    /// <summary>
    /// A user's registries.conf takes the place of the machine's; drop-ins follow, the last list counts.
    /// </summary>
    private static IReadOnlyList<string> PodmanOrder(string home)
    {
        string own = Path.Combine(home, ".config", "containers", "registries.conf");
        IReadOnlyList<string> order = [];
        foreach (
            string path in DropIns("/etc/containers")
                .Prepend("/etc/containers/registries.conf")
                .Concat(DropIns(Path.Combine(home, ".config", "containers")))
                .Prepend(File.Exists(own) ? own : "/etc/containers/registries.conf")
        )
        {
            if (RegularFile.Read(path, LongestFile, out byte[] content) != FileRead.Ok)
                continue;
            try
            {
                if (TomlKeyEdit.Parse(path, content).List("credential-helpers") is { Count: > 0 } list)
                    order = list;
            }
            catch (HelperException)
            {
                // podman itself says what is wrong with it.
            }
        }
        return order.Count > 0 ? order : ["containers-auth.json"];
    }

    private static IEnumerable<string> DropIns(string directory)
    {
        string place = Path.Combine(directory, "registries.conf.d");
        return Directory.Exists(place) ? Directory.EnumerateFiles(place, "*.conf").Order(StringComparer.Ordinal) : [];
    }
}
