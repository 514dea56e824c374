using CredHelper.DockerConfig;
using CredHelper.Platform;
using CredHelper.Protocol;
using CsCheck;

namespace CredHelper.Tests.DockerConfig;

/// <summary>Tests the credentials in docker's config.json that a credsStore hides.</summary>
public sealed class DockerLoginsTests : IDisposable
{
    private readonly Home _home = new();

    public void Dispose() => _home.Dispose();

    private Credential? Find(string config, string server)
    {
        _home.Write(".docker/config.json", config);
        return DockerLogins.Find(_home.Environment(), server);
    }

    [Theory]
    [InlineData("""{"auths":{"host":{"auth":"dXNlcjpwYXNz"}}}""")]
    [InlineData("""{"auths":{"https://host/":{"auth":"dXNlcjpwYXNz"}},"credsStore":"ecr-login"}""")]
    [InlineData("""{"auths":{"host":{"username":"user","password":"pass"}}}""")]
    [InlineData("""{"auths":{"host":{"auth":"","username":"user","password":"pass"}}}""")]
    [InlineData("""{"auths":{"host":{"auth":"not base64!","username":"user","password":"pass"}}}""")]
    [InlineData("""{"auths":{"host":{"auth":"dXNlcjpwYXNzAAA="}}}""")]
    [InlineData(
        """{"auths":{"other":{},"third":[],"fourth":null,"host":{"auth":"dXNlcjpwYXNz","email":"x"}},"proxies":{}}"""
    )]
    public void AreRead(string config)
    {
        Credential? login = Find(config, "host");
        Assert.Equal(("user", "pass"), (login?.Username, login?.Secret));
    }

    [Fact]
    public void WithAnIdentityTokenHaveTheUserThatDockerKnows()
    {
        Credential? login = Find("""{"auths":{"host":{"auth":"dXNlcjpwYXNz","identitytoken":"T"}}}""", "host");
        Assert.Equal(("<token>", "T"), (login?.Username, login?.Secret));
    }

    [Fact]
    public void MayHoldAColonInThePassword() =>
        Assert.Equal("a:b:c", Find("""{"auths":{"host":{"auth":"dTphOmI6Yw=="}}}""", "host")?.Secret);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\uFEFF{\"auths\":{\"host\":{\"auth\":\"dXNlcjpwYXNz\"}}}")]
    [InlineData("null")]
    [InlineData("\"auths\"")]
    [InlineData("""{"auths":[]}""")]
    [InlineData("""{"auths":{"host":{}}}""")]
    [InlineData("""{"auths":{"host":{"auth":5}}}""")]
    [InlineData("""{"auths":{"host":{"auth":"dXNlcg=="}}}""")]
    [InlineData("""{"auths":{"host":{"auth":"OnBhc3M="}}}""")]
    [InlineData("""{"auths":{"host":{"auth":"dXNlcjo="}}}""")]
    [InlineData("""{"auths":{"\ud800":{"auth":"dXNlcjpwYXNz"}}}""")]
    [InlineData("""{"auths":{"host":{"auth":"\ud800"}}}""")]
    [InlineData("""{"\ud800":{},"auths":{}}""")]
    public void OfABrokenFileAreNone(string config) => Assert.Null(Find(config, "host"));

    [Fact]
    public void OfADeeplyNestedFileAreNone() => Assert.Null(Find("{\"auths\":" + new string('[', 100_000), "host"));

    [Fact]
    public void WithoutAFileOrWithoutAHomeAreNone()
    {
        Assert.Empty(DockerLogins.Of(_home.Environment()));
        Assert.Empty(DockerLogins.Of(new EnvironmentSnapshot([])));
        Directory.CreateDirectory(Path.Combine(_home.Root, ".docker", "config.json"));
        Assert.Empty(DockerLogins.Of(_home.Environment()));
    }

    [Fact]
    public void AreThoseOfDockerConfig()
    {
        _home.Write("job/config.json", """{"auths":{"host":{"username":"job","password":"p"}}}""");
        Assert.Equal(
            "job",
            Assert
                .Single(DockerLogins.Of(_home.Environment(("DOCKER_CONFIG", Path.Combine(_home.Root, "job")))))
                .Username
        );
        Assert.Empty(DockerLogins.Of(_home.Environment()));
    }

    [Fact]
    public void NeverFail() =>
        Sample
            .OneOf(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"auths\"",
                "\"host\"",
                "\"auth\"",
                "\"\\ud800\"",
                "\"dXNlcjpwYXNz\"",
                "1",
                "null"
            )
            .Array[0, 16]
            .Sample(
                parts =>
                {
                    _ = Find("{\"auths\":{" + string.Concat(parts), "host");
                },
                iter: 500,
                threads: 1
            );
}
