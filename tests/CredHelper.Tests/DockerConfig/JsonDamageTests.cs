using System.Text;
using CredHelper.DockerConfig;

namespace CredHelper.Tests.DockerConfig;

public sealed class JsonDamageTests
{
    [Theory]
    [InlineData("DOCKER_AUTH_CONFIG={\"auths\":{}}", "it begins with DOCKER_AUTH_CONFIG=")]
    [InlineData("export DOCKER_AUTH_CONFIG='{\"auths\":{}}'", "it begins with DOCKER_AUTH_CONFIG=")]
    [InlineData("'{\"auths\":{}}'", "it is enclosed in quotes")]
    [InlineData("\"{\"auths\":{}}\"\n", "it is enclosed in quotes")]
    [InlineData("{\\\"auths\\\":{}}", "its quotes have backslashes before them")]
    [InlineData("{auths:{}}", "its names are not quoted")]
    [InlineData("{\u201cauths\u201d:{}}", "it contains typographic quotes")]
    [InlineData("eyJhdXRocyI6e319Cg==", "it is base64")]
    public void IsRecognised(string text, string begin) =>
        Assert.StartsWith(begin, JsonDamage.Of(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("{\"auths\":{}")]
    [InlineData("'")]
    public void IsNotSeenInOtherFaults(string text) => Assert.Null(JsonDamage.Of(Encoding.UTF8.GetBytes(text)));
}
