namespace CredHelper.CredentialProviders;

/// <summary>The Kubernetes distribution of a node's kubelet.</summary>
internal enum NodePlatform
{
    Other,
    Eks,
    K3s,
    Rke2,
}

/// <summary>The paths of a kubelet's credential provider configuration and programs.</summary>
/// <param name="Config">The file or, since Kubernetes 1.34, a directory of files.</param>
/// <param name="BinDirectory">The directory of the programs.</param>
internal sealed record KubeletPaths(string Config, string BinDirectory)
{
    /// <summary>The kubelet's own flags; k3s and RKE2 have options of the same names.</summary>
    public const string ConfigFlag = "image-credential-provider-config",
        BinFlag = "image-credential-provider-bin-dir";

    /// <summary>The paths of Amazon's node program nodeadm, which writes the file again at each boot.</summary>
    public static KubeletPaths Eks { get; } =
        new("/etc/eks/image-credential-provider/config.json", "/etc/eks/image-credential-provider");

    /// <summary>The defaults of k3s and RKE2.</summary>
    public static KubeletPaths Rancher { get; } =
        new("/var/lib/rancher/credentialprovider/config.yaml", "/var/lib/rancher/credentialprovider/bin");

    public static NodePlatform? PlatformOf(string? name) =>
        name switch
        {
            "eks" => NodePlatform.Eks,
            "k3s" => NodePlatform.K3s,
            "rke2" => NodePlatform.Rke2,
            _ => null,
        };

    /// <summary>Returns the name for setup's option; null for another kind of kubelet.</summary>
    public static string? NameOf(NodePlatform platform) =>
        platform switch
        {
            NodePlatform.Eks => "eks",
            NodePlatform.K3s => "k3s",
            NodePlatform.Rke2 => "rke2",
            _ => null,
        };

    /// <summary>
    /// Returns the services that run the kubelet; for k3s and RKE2 they depend on the role of the node.
    /// </summary>
    public static IReadOnlyList<string> ServicesOf(NodePlatform platform) =>
        platform switch
        {
            NodePlatform.K3s => ["k3s", "k3s-agent"],
            NodePlatform.Rke2 => ["rke2-server", "rke2-agent"],
            _ => ["kubelet"],
        };
}
