using CredHelper.Platform;

namespace CredHelper.Podman;

/// <summary>A file with logins.</summary>
/// <param name="IsLegacy">Whether it is <c>.dockercfg</c>, which has hosts as its outermost names.</param>
internal sealed record AuthFile(string Path, bool IsLegacy = false);

/// <summary>Where podman, buildah and skopeo look for logins: containers-auth.json(5).</summary>
internal static class AuthFiles
{
    /// <summary>In the order in which they are looked through.</summary>
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
    /// The one to write: it outlives a logout of the user, other than the runtime directory's, where podman login
    /// writes. Null if there is no home directory.
    /// </summary>
    public static string? ToWrite(EnvironmentSnapshot environment) =>
        environment["REGISTRY_AUTH_FILE"] is { } named ? Path.GetFullPath(named) : Persistent(environment);

    private static string? Persistent(EnvironmentSnapshot environment)
    {
        string? configuration =
            environment["XDG_CONFIG_HOME"] ?? (environment.Home is { } home ? Path.Combine(home, ".config") : null);
        return configuration is null ? null : Path.Combine(configuration, "containers", "auth.json");
    }

    /// <summary>podman warns about a runtime directory that does not exist, and goes on without it.</summary>
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
