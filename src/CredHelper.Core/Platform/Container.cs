namespace CredHelper.Platform;

/// <summary>Whether this process runs in a container.</summary>
internal static class Container
{
    /// <summary>
    /// Checks for the files that docker and podman create in containers, and for the variable that Kubernetes sets.
    /// </summary>
    public static bool IsAround(EnvironmentSnapshot environment) =>
        environment["KUBERNETES_SERVICE_HOST"] is not null
        || File.Exists("/.dockerenv")
        || File.Exists("/run/.containerenv");
}
