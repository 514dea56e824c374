namespace CredHelper.Platform;

/// <summary>Whether this process runs in a container.</summary>
internal static class Container
{
    /// <summary>By the files that docker and podman leave there, and the variable that Kubernetes sets.</summary>
    public static bool IsAround(EnvironmentSnapshot environment) =>
        environment["KUBERNETES_SERVICE_HOST"] is not null
        || File.Exists("/.dockerenv")
        || File.Exists("/run/.containerenv");
}
