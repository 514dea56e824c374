using CredHelper.Platform;

namespace CredHelper.Doctor;

/// <summary>Which program pulls.</summary>
internal enum ClientKind
{
    GitLabRunner,
    Docker,
    Podman,
}

/// <summary>Whose eyes doctor looks through: the program that pulls, its user, its environment.</summary>
/// <param name="Runner">What was found out about the runner's manager, by whoever may read it; null for other
/// clients.</param>
internal sealed record PullClient(ClientKind Kind, EnvironmentSnapshot Environment, ManagerSnapshot? Runner = null)
{
    /// <summary>What a job signs in with; null without <c>--job-token</c>.</summary>
    public JobToken? Job { get; init; } = Runner?.Job;

    public static string NameOf(ClientKind client) =>
        client switch
        {
            ClientKind.GitLabRunner => "gitlab-runner",
            ClientKind.Podman => "podman",
            _ => "docker",
        };
}
