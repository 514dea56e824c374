namespace CredHelper.PullResolution;

/// <summary>The program that pulls.</summary>
internal enum ClientKind
{
    GitLabRunner,
    Docker,
    Podman,
    Kubelet,
}
