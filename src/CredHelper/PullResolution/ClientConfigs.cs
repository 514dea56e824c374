using System.Text;
using CredHelper.DockerConfig;
using CredHelper.Platform;
using CredHelper.Podman;

namespace CredHelper.PullResolution;

/// <summary>A configuration that cannot be read, and the reason.</summary>
internal sealed record UnreadableFile(string Path, FileRead Read);

/// <summary>The configurations that a client reads, in order.</summary>
/// <param name="MainPath">The file that users usually edit.</param>
/// <param name="Files">The files that exist, readable or not.</param>
internal sealed record ClientConfigs(string MainPath, IReadOnlyList<ConfigSource> Files)
{
    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>DOCKER_AUTH_CONFIG as the client reads it; null if it is not set, and for podman.</summary>
    public ConfigSource? Variable { get; private init; }

    /// <summary>registries.conf, for podman.</summary>
    public RegistriesConf Registries { get; private init; } = new();

    /// <summary>A file that exists but cannot be read; null if there is none.</summary>
    public UnreadableFile? Unreadable { get; private init; }

    /// <summary>The variable and the files.</summary>
    public IEnumerable<ConfigSource> All => Variable is { } variable ? Files.Prepend(variable) : Files;

    /// <param name="variable">DOCKER_AUTH_CONFIG of a runner's job; docker has it in its environment.</param>
    public static ClientConfigs Of(ClientKind client, EnvironmentSnapshot environment, string? variable = null) =>
        client switch
        {
            ClientKind.GitLabRunner => OfRunner(environment, variable),
            ClientKind.Podman => OfPodman(environment),
            // The kubelet has its own configuration (CredentialProviders).
            ClientKind.Kubelet => new ClientConfigs("", []),
            _ => OfDocker(environment),
        };

    /// <summary>GitLab Runner reads the home directory of its manager and ignores DOCKER_CONFIG.</summary>
    /// <param name="variable">DOCKER_AUTH_CONFIG of the job; null if nothing sets it.</param>
    public static ClientConfigs OfRunner(EnvironmentSnapshot environment, string? variable)
    {
        string home = environment.Home ?? "/",
            main = Path.Combine(home, ".docker", "config.json");
        List<ReadFile> files =
        [
            Read(main, DockerConfigFile.Parse),
            Read(Path.Combine(home, ".dockercfg"), DockerConfigFile.Parse),
        ];
        // GitLab Runner takes the first one that it can open; opening a directory succeeds.
        return Of(main, files) with
        {
            Files = [.. files.Where(file => file.CanBeOpened).Take(1).Select(file => file.Source)],
            Variable = VariableOf(variable, DockerConfigFile.Parse),
        };
    }

    public static ClientConfigs OfDocker(EnvironmentSnapshot environment)
    {
        string directory = environment.DockerConfigDirectory ?? Path.Combine(environment.Home ?? "/", ".docker"),
            main = Path.Combine(directory, "config.json");
        return Of(main, [Read(main, DockerConfigFile.Parse)]) with
        {
            Variable = VariableOf(environment[ConfigSource.Variable], DockerConfigFile.ParseVariable),
        };
    }

    public static ClientConfigs OfPodman(EnvironmentSnapshot environment)
    {
        IReadOnlyList<AuthFile> files = AuthFiles.Of(environment);
        return Of(
            files[0].Path,
            [
                .. files.Select(file =>
                    Read(file.Path, content => DockerConfigFile.ParseAuthFile(content, file.IsLegacy))
                ),
            ]
        ) with
        {
            Registries = RegistriesConf.Of(environment),
        };
    }

    private static ClientConfigs Of(string mainPath, IReadOnlyList<ReadFile> files) =>
        new(mainPath, [.. files.Where(file => file.Read != FileRead.Missing).Select(file => file.Source)])
        {
            Unreadable = files
                .Where(file => file.Read is not (FileRead.Ok or FileRead.Missing))
                .Select(file => new UnreadableFile(file.Source.Name, file.Read))
                .FirstOrDefault(),
        };

    private delegate DockerConfigFile Parser(ReadOnlySpan<byte> content);

    private static ConfigSource? VariableOf(string? text, Parser parse) =>
        text is null ? null : new ConfigSource(ConfigSource.Variable, parse(Encoding.UTF8.GetBytes(text)));

    private sealed record ReadFile(ConfigSource Source, FileRead Read)
    {
        public bool CanBeOpened => Read is not (FileRead.Missing or FileRead.Unreadable or FileRead.Unreachable);
    }

    private static ReadFile Read(string path, Parser parse)
    {
        FileRead read = RegularFile.Read(path, LongestFile, out byte[] content);
        return new ReadFile(
            new ConfigSource(
                path,
                read == FileRead.Ok ? parse(content) : DockerConfigFile.Unreadable("it cannot be read")
            ),
            read
        );
    }
}
