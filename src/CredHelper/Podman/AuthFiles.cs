using CredHelper.Platform;

namespace CredHelper.Podman;

/// <summary>A file with credentials.</summary>
/// <param name="IsLegacy">Whether it is <c>.dockercfg</c>, in which hosts are the outermost names.</param>
internal sealed record AuthFile(string Path, bool IsLegacy = false);

/// <summary>The files in which podman, buildah and skopeo look for credentials: containers-auth.json(5).</summary>
internal static class AuthFiles
{
    /// <summary>The files in the order of the search.</summary>
    public static IReadOnlyList<AuthFile> Of(EnvironmentSnapshot environment)
    {
        if (environment["REGISTRY_AUTH_FILE"] is { } only)
            return [new AuthFile(only)];
        string home = environment.Home ?? "/";
        return
        [
            .. Runtime(environment),
            new AuthFile(Persistent(environment) ?? Path.Combine(home, ".config", "containers", "auth.json")),
            new AuthFile(
                Path.Combine(environment.DockerConfigDirectory ?? Path.Combine(home, ".docker"), "config.json")
            ),
            new AuthFile(Path.Combine(home, ".dockercfg"), IsLegacy: true),
        ];
    }

    /// <summary>
    /// The file to write. It survives when the user logs out, unlike the one in the runtime directory, which podman
    /// login writes. Null if there is no home directory.
    /// </summary>
    public static string? ToWrite(EnvironmentSnapshot environment) =>
        environment["REGISTRY_AUTH_FILE"] is { } named ? Path.GetFullPath(named) : Persistent(environment);

    private static string? Persistent(EnvironmentSnapshot environment)
    {
        string? configuration =
            environment["XDG_CONFIG_HOME"] ?? (environment.Home is { } home ? Path.Combine(home, ".config") : null);
        return configuration is null ? null : Path.Combine(configuration, "containers", "auth.json");
    }

    /// <summary>podman warns about a runtime directory that does not exist, and continues without it.</summary>
    private static IEnumerable<AuthFile> Runtime(EnvironmentSnapshot environment)
    {
        if (environment["XDG_RUNTIME_DIR"] is not { } directory)
        {
            yield return new AuthFile(
                $"/run/containers/{(OperatingSystem.IsWindows() ? 0 : Posix.EffectiveUserId())}/auth.json"
            );
        }
        else if (Path.Exists(directory))
        {
            yield return new AuthFile(Path.Combine(directory, "containers", "auth.json"));
        }
    }
}
