using CredHelper.CredentialProviders;

namespace CredHelper.Tests.CredentialProviders;

/// <summary>Finding the kubelet's configuration on machines that only have its files.</summary>
public sealed class NodeKubeletTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void FlagsOfTheProcessComeFirst()
    {
        Write("etc/rancher/k3s/config.yaml", "");
        Start(70, ["/usr/local/bin/k3s", "agent"]);
        Start(
            80,
            [
                "/var/lib/rancher/rke2/data/v1/bin/kubelet",
                "--image-credential-provider-bin-dir=/first",
                "--image-credential-provider-config",
                "/c.yaml",
                "--image-credential-provider-bin-dir=/b",
            ]
        );
        NodeKubelet node = NodeKubelet.Find(_root, null, null);
        Assert.Equal(new KubeletPaths("/c.yaml", "/b"), node.Paths);
        Assert.Equal((NodePlatform.Rke2, 80), (node.Platform, node.Process!.Pid));
        Assert.Equal("of it", node.Process.Environment!["NAME"]);
        Assert.Equal(1_700_000_123, node.Process.StartedAt);
    }

    [Fact]
    public void OtherProcessesAreNone()
    {
        Start(71, ["/usr/bin/kubelet-helper", "--image-credential-provider-config=/c"]);
        Start(72, ["/usr/local/bin/k3s", "kubectl", "get"]);
        Assert.Null(NodeKubelet.Find(_root, null, null).Paths);
    }

    [Fact]
    public void K3sReadsItsFilesInTheirOrder()
    {
        Start(70, ["/usr/local/bin/k3s", "server"]);
        Write("etc/rancher/k3s/config.yaml", "image-credential-provider-config: /a\nkubelet-arg: v=2\n");
        Write("etc/rancher/k3s/config.yaml.d/20.yml", "image-credential-provider-bin-dir: /b\n");
        Write(
            "etc/rancher/k3s/config.yaml.d/30.YAML",
            "kubelet-arg+:\n  - --image-credential-provider-config=/c\n  - v=3\n"
        );
        Write("etc/rancher/k3s/config.yaml.d/40.txt", "image-credential-provider-bin-dir: /not-read\n");
        NodeKubelet node = NodeKubelet.Find(_root, null, null);
        Assert.Equal(new KubeletPaths("/c", "/b"), node.Paths);
        Assert.Equal(NodePlatform.K3s, node.Platform);
        Assert.EndsWith("30.YAML", node.Origin, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAProcessTheUsualPathsCount()
    {
        Assert.Null(NodeKubelet.Find(_root, null, null).Paths);
        Write("etc/eks/image-credential-provider/config.json", "{}");
        Assert.Equal(KubeletPaths.Eks, NodeKubelet.Find(_root, null, null).Paths);
        Write("etc/rancher/rke2/config.yaml", "node-label: []\n");
        Assert.Equal(NodePlatform.Rke2, NodeKubelet.Find(_root, null, null).Platform);
        Assert.Equal(KubeletPaths.Rancher, NodeKubelet.Find(_root, null, null).Paths);
        Assert.Equal("/given", NodeKubelet.Find(_root, "/given", null).Paths!.Config);
    }

    [Fact]
    public void AKubeletWithoutTheFlagsHasNoProviders()
    {
        Start(70, ["kubelet", "--image-credential-provider-config=/c"]);
        NodeKubelet node = NodeKubelet.Find(_root, null, null);
        Assert.Null(node.Paths);
        Assert.Equal("kubelet, process 70, has no --image-credential-provider-bin-dir", node.Origin);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Start(int pid, string[] command)
    {
        Write("proc/stat", "cpu 1 2\nbtime 1700000000\n");
        Write($"proc/{pid}/cmdline", string.Join('\0', command) + "\0");
        Write($"proc/{pid}/environ", "NAME=of it\0OTHER=x\0");
        Write($"proc/{pid}/stat", $"{pid} (a) b) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 12345 0 0\n");
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
