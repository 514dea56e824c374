using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>Whose eyes doctor looks through: the program that pulls, its user, its environment.</summary>
/// <param name="Runner">What was found out about the runner's manager, by whoever may read it; null for other
/// clients.</param>
internal sealed record PullClient(ClientKind Kind, EnvironmentSnapshot Environment, ManagerSnapshot? Runner = null)
{
    /// <summary>What a job signs in with; empty without <c>--job-token</c>.</summary>
    public IReadOnlyList<JobToken> JobTokens { get; init; } = Runner?.JobTokens ?? [];

    /// <summary>What was found out about the node's kubelet; null for other clients.</summary>
    public KubeletSnapshot? Kubelet { get; init; }

    /// <summary>Who called doctor.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The job's login for an image or registry; null if there is none.</summary>
    public JobToken? JobTokenFor(string image) =>
        JobTokens.FirstOrDefault(job => ImagePath.Serves(ImagePath.OfKey(job.Registry), ImagePath.OfArgument(image)));

    /// <summary>
    /// What it reads, once for all runners that read the same: each runner has a DOCKER_AUTH_CONFIG of its own, and a
    /// CI/CD variable replaces them all.
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

    /// <summary>Its choice of credentials.</summary>
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
