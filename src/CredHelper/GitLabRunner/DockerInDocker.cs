using CredHelper.Editing;

namespace CredHelper.GitLabRunner;

/// <summary>
/// What config.toml needs for jobs with the service docker:dind. The service creates TLS certificates unless
/// <c>DOCKER_TLS_CERTDIR</c> is empty, and the job's container reads the client's certificates from a shared volume
/// (docs.gitlab.com/ci/docker/using_docker_build).
/// </summary>
internal static class DockerInDocker
{
    private const string Certificates = "/certs/client";

    /// <summary>Variables that the image docker sets by itself, except under the Kubernetes executor.</summary>
    private static readonly (string Name, string Value)[] Client =
    [
        ("DOCKER_HOST", "tcp://docker:2376"),
        ("DOCKER_TLS_VERIFY", "1"),
        ("DOCKER_CERT_PATH", Certificates),
    ];

    /// <summary>Settings that TLS needs and the runner does not have, as written in config.toml.</summary>
    public static IReadOnlyList<string> MissingForTls(RunnerEntry runner)
    {
        if (runner.Variable("DOCKER_TLS_CERTDIR") is "")
            return [];
        if (runner.IsKubernetes)
            return MissingInPods(runner);
        bool isShared = runner.Volumes.Any(volume => volume.Split(':').Any(IsOfCertificates));
        return isShared || !runner.IsDocker ? [] : [$"volumes = [\"{Certificates}\", \"/cache\"] in [runners.docker]"];
    }

    /// <summary>With the volume and none of the variables, the pipelines are expected to set them.</summary>
    private static string[] MissingInPods(RunnerEntry runner)
    {
        string[] volume = [.. VolumeOfPods(runner)],
            variables = [.. VariablesOf(runner)];
        return volume.Length == 0 && variables.Length == Client.Length ? [] : [.. volume, .. variables];
    }

    private static IEnumerable<string> VolumeOfPods(RunnerEntry runner)
    {
        IReadOnlyList<TomlValue> volumes = runner.Table.At("kubernetes", "volumes", "empty_dir")?.Items ?? [];
        if (!volumes.Select(volume => volume.TextAt("mount_path")).OfType<string>().Any(IsOfCertificates))
            yield return $"mount_path = \"{Certificates}\" in [[runners.kubernetes.volumes.empty_dir]]";
    }

    private static IEnumerable<string> VariablesOf(RunnerEntry runner) =>
        Client
            .Where(variable => string.IsNullOrEmpty(runner.Variable(variable.Name)))
            .Select(variable => $"{variable.Name}={variable.Value} in environment");

    private static bool IsOfCertificates(string path) => path.TrimEnd('/') is Certificates or "/certs";
}
