using System.Text;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Platform;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Setup;

/// <summary>
/// The docker configuration of one CI job, which makes docker, BuildKit, buildah and skopeo use this program. It
/// belongs to the job and contains no secret, so there is no backup and no undo: the job deletes the directory.
/// </summary>
internal sealed class JobConfig(EnvironmentSnapshot environment)
{
    private const string Variable = "DOCKER_CONFIG",
        Example = $"{Variable}: /tmp/docker-$CI_JOB_ID";

    /// <summary>Warnings for the user, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Writes the configuration; further calls in the same job add registries.</summary>
    /// <param name="registries">The ECR registries, for clients that do not support <c>credsStore</c>.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="HelperException">DOCKER_CONFIG does not name a directory of the job.</exception>
    public string Write(IEnumerable<EcrRegistry> registries)
    {
        string path = Path.Combine(RequireDirectory(), "config.json");
        string[] keys = [.. registries.Select(registry => registry.Host), .. KeysOfEnvironment()];
        string helper = HelperNames.Own;
        List<DesiredValue> values =
        [
            new DesiredValue(["credsStore"], helper),
            .. keys.Distinct().Select(key => new DesiredValue(["credHelpers", key], helper)),
        ];
        EditableFile.Retry(
            path,
            () =>
            {
                PlannedChange change = PlannedChange.Of(new DesiredFile(path, FileFormat.Json, _ => values));
                if (!change.IsNone)
                    change.File.Replace(change.After!);
                return change;
            }
        );
        Warnings = [.. OfVariable(keys)];
        return path;
    }

    private string RequireDirectory()
    {
        string directory =
            environment[Variable] is { } named && Path.IsPathFullyQualified(named)
                ? Path.GetFullPath(named)
                : throw Failure(
                    $"{Variable} is not set to an absolute path",
                    $"set {Example} in the variables of the job"
                );
        if (environment["CI_PROJECT_DIR"] is { } checkout && IsBelow(directory, Path.GetFullPath(checkout)))
        {
            throw Failure(
                $"{Variable} is in the checkout, which docker build sends to the daemon",
                $"set {Example} in the variables of the job"
            );
        }
        return PrivateDirectory.Ensure(directory) is { } reason
            ? throw Failure(
                $"{Variable} cannot be used for this job: {reason}",
                $"set {Example} in the variables of the job"
            )
            : directory;
    }

    private static bool IsBelow(string path, string directory) =>
        (path + Path.DirectorySeparatorChar).StartsWith(
            Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar,
            OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal
        );

    /// <summary>The keys of Docker Hub: docker's, and that of podman, buildah and skopeo.</summary>
    private IEnumerable<string> KeysOfEnvironment()
    {
        HelperContext context = HelperContext.Start(environment);
        return EnvironmentLogins
            .Of(environment, context.Settings.UsesEnvironmentLogins)
            .All()
            .SelectMany(login => (string[])[login.Host.Name, login.Host.DockerKey]);
    }

    /// <summary>Docker CLI 28.3 and later uses credentials in DOCKER_AUTH_CONFIG first.</summary>
    private IEnumerable<string> OfVariable(string[] keys)
    {
        const string Remedy = $"hint: unset {ConfigSource.Variable}";
        if (environment[ConfigSource.Variable] is not { } text)
            yield break;
        var config = DockerConfigFile.Parse(Encoding.UTF8.GetBytes(text));
        IEnumerable<string> hosts = config.Auths.Select(auth => RegistryKey.HostOf(auth.Key));
        string[] outranking = [.. hosts.Where(keys.Contains).Distinct()];
        if (outranking.Length > 0)
        {
            yield return $"{ConfigSource.Variable} has credentials for {string.Join(", ", outranking)}, which docker "
                + $"28.3 and later uses instead; {Remedy}";
        }
        if (config.CredHelpers.Count > 0 || config.CredsStore is not null)
        {
            yield return $"{ConfigSource.Variable} names credential helpers, which docker 28.3 and later ignores with "
                + $"a warning for each command; {Remedy}";
        }
    }

    private static HelperException Failure(string problem, string hint) =>
        new(FailureKind.Configuration, problem, hint);
}
