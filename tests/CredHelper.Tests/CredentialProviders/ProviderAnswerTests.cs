using CredHelper.CredentialProviders;

namespace CredHelper.Tests.CredentialProviders;

/// <summary>Which responses the kubelet accepts, and which of their credentials it tries first.</summary>
public sealed class ProviderAnswerTests
{
    private const string Version = "credentialprovider.kubelet.k8s.io/v1";

    [Theory]
    [InlineData("\"cacheKeyType\":\"Image\"")]
    [InlineData("\"cacheKeyType\":\"Global\",\"cacheDuration\":\"0s\",\"auth\":null")]
    [InlineData(
        "\"cacheKeyType\":\"Registry\",\"cacheDuration\":null,\"auth\":{\"a\":{\"username\":\"u\",\"password\":\"p\"}}"
    )]
    public void IsTaken(string members) => Assert.Null(Parse(members).Problem);

    [Theory]
    [InlineData("\"auth\":{}")]
    [InlineData("\"cacheKeyType\":\"image\"")]
    [InlineData("\"cacheKeyType\":\"Image\",\"CacheDuration\":\"1h\"")]
    [InlineData("\"cacheKeyType\":\"Image\",\"cacheKeyType\":\"Image\"")]
    [InlineData("\"cacheKeyType\":\"Image\",\"cacheDuration\":\"a day\"")]
    [InlineData("\"cacheKeyType\":\"Image\",\"cacheDuration\":12")]
    [InlineData("\"cacheKeyType\":\"Image\",\"auth\":[]")]
    [InlineData("\"cacheKeyType\":\"Image\",\"auth\":{\"a\":{\"username\":\"u\",\"password\":1}}")]
    [InlineData("\"cacheKeyType\":\"Image\",\"auth\":{\"a\":{\"username\":\"u\",\"token\":\"x\"}}")]
    public void IsDropped(string members) => Assert.NotNull(Parse(members).Problem);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("kind: CredentialProviderResponse")]
    [InlineData(
        "{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1beta1\"}"
    )]
    [InlineData("{\"kind\":\"Response\",\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\"}")]
    public void IsNoAnswer(string output) => Assert.NotNull(ProviderAnswer.Parse(output, Version).Problem);

    [Theory]
    [InlineData("registry.example/team/app", "team")]
    [InlineData("registry.example/other", "host")]
    [InlineData("a.example/x", "star")]
    [InlineData("v2.example/x", "scheme")]
    [InlineData("elsewhere.test/x", null)]
    public void TriesTheMostSpecificFirst(string image, string? user)
    {
        string[] keys =
        [
            "registry.example=host",
            "registry.example/team=team",
            "*.example=star",
            "https://v2.example/v2/=scheme",
        ];
        string auth = string.Join(
            ',',
            keys.Select(key => key.Split('='))
                .Select(key => $"\"{key[0]}\":{{\"username\":\"{key[1]}\",\"password\":\"p\"}}")
        );
        ProviderAnswer answer = Parse($"\"cacheKeyType\":\"Image\",\"auth\":{{{auth}}}");
        Assert.Equal(user, answer.LoginFor(image)?.Value.Username);
    }

    private static ProviderAnswer Parse(string members) =>
        ProviderAnswer.Parse(
            $"{{\"kind\":\"CredentialProviderResponse\",\"apiVersion\":\"{Version}\",{members}}}",
            Version
        );
}
