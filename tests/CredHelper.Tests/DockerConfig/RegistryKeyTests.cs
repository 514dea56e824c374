using CredHelper.DockerConfig;

namespace CredHelper.Tests.DockerConfig;

/// <summary>Tests the hosts that docker and podman read from keys.</summary>
public sealed class RegistryKeyTests
{
    [Theory]
    [InlineData("r.example", "r.example")]
    [InlineData("R.Example/v1/", "R.Example")]
    [InlineData("https://r.example", "r.example")]
    [InlineData("https://r.example:5000/v1/", "r.example:5000")]
    [InlineData("ftp://user:x@r.example:/v1?q#f", "r.example")]
    [InlineData("https://r.example?q", "r.example")]
    [InlineData("https://[::1]:5000/v1", "[::1]:5000")]
    [InlineData("https://[::1]/v1", "::1")]
    [InlineData("http://::1:5000/v1", "[::1]:5000")]
    [InlineData(" https://r.example/", "r.example")]
    [InlineData("://r.example/", "r.example")]
    [InlineData("https:////r.example", "https:")]
    [InlineData("https://user@bad host/", "user@bad host")]
    [InlineData("https:/r.example", "https:")]
    public void IsCutToTheHostByDocker(string key, string host) => Assert.Equal(host, RegistryKey.HostOf(key));

    [Theory]
    [InlineData("r.example/v1", false, "r.example/v1")]
    [InlineData("r.example/v1", true, "r.example")]
    [InlineData("https://r.example/v1/", false, "r.example")]
    [InlineData("HTTPS://r.example/v1/", false, "HTTPS://r.example/v1/")]
    [InlineData("https://index.docker.io/v1/", false, "index.docker.io")]
    [InlineData("docker.io", false, "index.docker.io")]
    public void IsCutToTheHostByPodman(string key, bool isLegacy, string host) =>
        Assert.Equal(host, RegistryKey.PodmanHostOf(key, isLegacy));
}
