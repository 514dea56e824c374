using System.Text;
using CredHelper.DockerConfig;

namespace CredHelper.Tests.DockerConfig;

public sealed class DockerConfigFileTests
{
    /// <summary>
    /// A project names the keys of its DOCKER_AUTH_CONFIG, and a terminal obeys what stands in a problem.
    /// </summary>
    [Theory]
    [InlineData("""{"auths":{"a\nb":"text"}}""")]
    [InlineData("""{"auths":{"a\u001b[2Jb":{"auth":"%"}}}""")]
    [InlineData("""{"auths":{"a\rb":{"auth":"bm9jb2xvbg=="}}}""")]
    public void SaysSoInOneLineWithoutEscapes(string text)
    {
        string? problem = DockerConfigFile.Parse(Encoding.UTF8.GetBytes(text)).Problem;

        Assert.NotNull(problem);
        Assert.DoesNotContain(problem, char.IsControl);
    }
}
