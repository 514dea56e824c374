using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>The client to diagnose: the program that pulls, its user and its environment.</summary>
/// <param name="Runner">What was found out about the runner manager; null for other clients.</param>
internal sealed record PullClient(ClientKind Kind, EnvironmentSnapshot Environment, ManagerSnapshot? Runner = null)
{
    /// <summary>The credentials of a job; empty without <c>--job-token</c>.</summary>
    public IReadOnlyList<JobToken> JobTokens { get; init; } = Runner?.JobTokens ?? [];

    /// <summary>What was found out about the node's kubelet; null for other clients.</summary>
    public KubeletSnapshot? Kubelet { get; init; }

    /// <summary>The user who called doctor.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The job's credentials for an image or registry; null if there are none.</summary>
    public JobToken? JobTokenFor(string image) =>
        JobTokens.FirstOrDefault(job => ImagePath.Serves(ImagePath.OfKey(job.Registry), ImagePath.OfArgument(image)));

    /// <summary>
    /// Reads its configurations, with one view for each group of runners that read the same: each runner may have its
    /// own DOCKER_AUTH_CONFIG, and a CI/CD variable overrides them all.
    /// </summary>
    public IReadOnlyList<PullView> ReadViews()
    {
        List<RunnerSummary> pulling = [.. (Runner?.Runners ?? []).Where(runner => runner.PullsImages)];
        if (pulling.Count == 0)
            return [new PullView([], ReadConfigs(Runner?.CiVariable))];
        return
        [
            .. pulling
                .GroupBy(runner => runner.JobConfig ?? Runner!.CiVariable ?? runner.AuthConfig)
                .Select(group => new PullView([.. group], ReadConfigs(group.Key))),
        ];
    }

    private ClientConfigs ReadConfigs(string? variable) => ClientConfigs.Of(Kind, Environment, variable);

    /// <summary>How it chooses credentials.</summary>
    public IPullResolution Resolve(ClientConfigs configs, ICredentialHelpers helpers) =>
        Kubelet?.Resolution
        ?? IPullResolution.Of(
            Kind,
            configs,
            helpers,
            [.. JobTokens.Select(job => new PayloadCredential(job.Registry, job.Username))]
        );

    public static string NameOf(ClientKind client) =>
        client switch
        {
            ClientKind.GitLabRunner => "gitlab-runner",
            ClientKind.Podman => "podman",
            ClientKind.Kubelet => "kubelet",
            _ => "docker",
        };
}
