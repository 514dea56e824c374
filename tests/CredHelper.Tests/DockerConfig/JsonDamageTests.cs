using System.Text;
using CredHelper.DockerConfig;

namespace CredHelper.Tests.DockerConfig;

public sealed class JsonDamageTests
{
    [Theory]
    [InlineData("DOCKER_AUTH_CONFIG={\"auths\":{}}", "it begins with DOCKER_AUTH_CONFIG=")]
    [InlineData("export DOCKER_AUTH_CONFIG='{\"auths\":{}}'", "it begins with DOCKER_AUTH_CONFIG=")]
    [InlineData("'{\"auths\":{}}'", "quotes surround it")]
    [InlineData("\"{\"auths\":{}}\"\n", "quotes surround it")]
    [InlineData("{\\\"auths\\\":{}}", "backslashes stand before its quotes")]
    [InlineData("{auths:{}}", "its names have no quotes")]
    [InlineData("{\u201cauths\u201d:{}}", "it has typographic quotes")]
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
