namespace CredHelper.PullResolution;

/// <summary>Which program pulls.</summary>
internal enum ClientKind
{
    GitLabRunner,
    Docker,
    Podman,
    Kubelet,
}
