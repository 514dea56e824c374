namespace CredHelper.CredentialProviders;

/// <summary>The kubelet of this machine, as far as credential providers are concerned.</summary>
/// <param name="Paths">Null if no paths are configured.</param>
/// <param name="Origin">The origin of the paths, or why there are none.</param>
internal sealed record NodeKubelet(NodePlatform Platform, KubeletPaths? Paths, string Origin)
{
    /// <summary>Null if no kubelet runs.</summary>
    public KubeletProcess? Process { get; init; }

    /// <summary>Whether k3s or RKE2 passes the paths to its kubelet only if both exist.</summary>
    public bool IsConditional => Platform is NodePlatform.K3s or NodePlatform.Rke2;

    /// <param name="root">The root of the file system: <c>/</c>, except in tests.</param>
    /// <param name="config">The file given by the user; null to detect it.</param>
    /// <param name="binDirectory">The directory given by the user.</param>
    public static NodeKubelet Find(string root, string? config, string? binDirectory)
    {
        NodeKubelet found = Find(root);
        if (config is null && binDirectory is null)
            return found;
        KubeletPaths paths = found.Paths ?? new KubeletPaths("", "");
        return found with
        {
            Paths = new KubeletPaths(config ?? paths.Config, binDirectory ?? paths.BinDirectory),
            Origin = "as given",
        };
    }

    private static NodeKubelet Find(string root)
    {
        if (KubeletProcess.Find(root) is not { } process)
            return OfFiles(root);
        if (process.IsK3s)
            return OfRancher(root, NodePlatform.K3s) with { Process = process };
        string? config = process.Option(KubeletPaths.ConfigFlag),
            directory = process.Option(KubeletPaths.BinFlag);
        if (config is not null && directory is not null)
        {
            return new NodeKubelet(
                process.Platform,
                new KubeletPaths(config, directory),
                $"the command line of {process}"
            )
            {
                Process = process,
            };
        }
        if (process.Platform == NodePlatform.Rke2)
            return OfRancher(root, NodePlatform.Rke2) with { Process = process };
        string missing = config is null ? KubeletPaths.ConfigFlag : KubeletPaths.BinFlag;
        return new NodeKubelet(NodePlatform.Other, null, $"{process}, has no --{missing}") { Process = process };
    }

    /// <summary>No kubelet runs, so the paths that it would read at its start count.</summary>
    private static NodeKubelet OfFiles(string root)
    {
        foreach (NodePlatform platform in (NodePlatform[])[NodePlatform.Rke2, NodePlatform.K3s])
        {
            if (Directory.Exists(Path.Combine(root, $"etc/rancher/{KubeletPaths.NameOf(platform)}")))
                return OfRancher(root, platform);
        }
        if (Directory.Exists(Path.Combine(root, KubeletPaths.Eks.BinDirectory[1..])))
            return new NodeKubelet(NodePlatform.Eks, KubeletPaths.Eks, "the paths of EKS");
        return File.Exists(Path.Combine(root, KubeletPaths.Rancher.Config[1..]))
            ? new NodeKubelet(NodePlatform.K3s, KubeletPaths.Rancher, "the defaults of k3s and RKE2")
            : new NodeKubelet(NodePlatform.Other, null, "no kubelet runs, and there are no files of EKS, k3s or RKE2");
    }

    private static NodeKubelet OfRancher(string root, NodePlatform platform)
    {
        (KubeletPaths paths, string? file) = RancherConfig.Of(root, platform);
        return new NodeKubelet(platform, paths, file ?? $"the defaults of {KubeletPaths.NameOf(platform)}");
    }
}
