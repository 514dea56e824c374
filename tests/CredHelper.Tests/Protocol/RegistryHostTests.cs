using CredHelper.Protocol;

namespace CredHelper.Tests.Protocol;

/// <summary>Host and port of a registry, in normalized spelling.</summary>
public sealed class RegistryHostTests
{
    [Theory]
    [InlineData("registry.example.com", "registry.example.com")]
    [InlineData("HTTPS://Registry.Example.com/v2/?a=b", "registry.example.com")]
    [InlineData("registry.example.com:443/team/app", "registry.example.com")]
    [InlineData("registry.example.com:5050", "registry.example.com:5050")]
    [InlineData("localhost:5000", "localhost:5000")]
    [InlineData("[::1]:5000", "[::1]:5000")]
    [InlineData("docker.io", "docker.io")]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("registry-1.docker.io:443", "docker.io")]
    [InlineData("docker.io/library/alpine", "docker.io")]
    [InlineData("docker.io:5000", "docker.io:5000")]
    public void IsOneForAllSpellings(string url, string name)
    {
        Assert.True(RegistryHost.TryParse(url, out RegistryHost? host));
        Assert.Equal(name, host.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://registry.example.com")]
    [InlineData("user@registry.example.com")]
    [InlineData("https://user:password@registry.example.com")]
    [InlineData("ftp://registry.example.com")]
    [InlineData("registry.example.com:")]
    [InlineData("registry.example.com:0")]
    [InlineData("registry.example.com:0443")]
    [InlineData("registry.example.com:65536")]
    [InlineData("registry.example.com:443:443")]
    [InlineData("registry.example.com.")]
    [InlineData(".registry.example.com")]
    [InlineData("registry..example.com")]
    [InlineData("registry.example.com#")]
    [InlineData("registry.example.com\\evil")]
    [InlineData("registry.example.com%2f")]
    [InlineData("registry.example.com\0")]
    [InlineData("r\u00e9gistry.example.com")]
    [InlineData("docker.\u0131o")]
    [InlineData("k8s.example.com\u212A")]
    [InlineData("$CI_REGISTRY")]
    [InlineData("[MASKED]")]
    public void IsNotReadFromAnythingElse(string url) => Assert.False(RegistryHost.TryParse(url, out _));

    [Theory]
    [InlineData("https://index.docker.io/v1/refresh-token", true)]
    [InlineData("https://index.docker.io/v1/access-token/", true)]
    [InlineData("https://index.docker.io/v1/", false)]
    [InlineData("registry.example.com/v1/access-token", false)]
    public void MayStandInTheKeyOfATokenOfDockerHub(string url, bool isToken) =>
        Assert.Equal(isToken, RegistryHost.IsDockerHubToken(url));

    [Theory]
    [InlineData("registry-1.docker.io", "https://index.docker.io/v1/")]
    [InlineData("registry.example.com:5050", "registry.example.com:5050")]
    public void HasTheKeyThatDockerStores(string url, string key)
    {
        Assert.True(RegistryHost.TryParse(url, out RegistryHost? host));
        Assert.Equal(key, host.DockerKey);
    }
}
