using CredHelper.PullResolution;

namespace CredHelper.Tests.PullResolution;

/// <summary>Tests which arguments are accepted as an image or a registry.</summary>
public sealed class ImageReferenceTests
{
    private const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("nginx")]
    [InlineData("nginx:1.27-alpine")]
    [InlineData("library/nginx")]
    [InlineData("r.example")]
    [InlineData("r.example/")]
    [InlineData("R.Example:5000")]
    [InlineData("r.example:5000/a/b__c--d.e:Tag_1.2")]
    [InlineData("[::1]:5000/app")]
    [InlineData("localhost/app@sha256:" + Digest)]
    [InlineData("app:1@sha256:" + Digest)]
    [InlineData("https://r.example/v2/")]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1")]
    public void IsOne(string text) => Assert.True(ImageReference.IsWellFormed(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("/app")]
    [InlineData("r.example//app")]
    [InlineData("r.example/App")]
    [InlineData("r.example/a..b")]
    [InlineData("r.example/a___b")]
    [InlineData("r.example/a_-b")]
    [InlineData("r.example/app:")]
    [InlineData("r.example/app:1:2")]
    [InlineData("r.example/app:.1")]
    [InlineData("r.example/app@sha256")]
    [InlineData("r.example/app@sha256:xyz")]
    [InlineData("r..example/app")]
    [InlineData("r.example/app@sha256:0123abcdef")]
    [InlineData("r.example/app@md5:" + Digest)]
    [InlineData(Digest)]
    [InlineData("R.example/App")]
    [InlineData("Team/app:")]
    [InlineData("$IMAGE")]
    [InlineData("ftp://r.example")]
    [InlineData("https://r.example/a b")]
    [InlineData("äpp")]
    public void IsNone(string text) => Assert.False(ImageReference.IsWellFormed(text));

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx")]
    [InlineData("team/app:1", "docker.io/team/app")]
    [InlineData("index.docker.io/nginx", "docker.io/library/nginx")]
    [InlineData("Index.docker.io/nginx", "Index.docker.io/nginx")]
    [InlineData("Team/app", "Team/app")]
    [InlineData("localhost/app", "localhost/app")]
    [InlineData("R.Example:5000/a/b:1@sha256:" + Digest, "R.Example:5000/a/b")]
    [InlineData("r.example:5000", "docker.io/library/r.example")]
    public void HasTheNameThatDockerGivesIt(string text, string name) =>
        Assert.Equal(name, ImageReference.Parse(text)?.Name);

    [Theory]
    [InlineData("r.example", "r.example")]
    [InlineData("R.Example:5000", "R.Example:5000")]
    [InlineData("r.example/", "r.example")]
    [InlineData("localhost:5000/", "localhost:5000")]
    [InlineData("https://r.example/v2/", "r.example")]
    [InlineData("nginx:1.27", null)]
    [InlineData("r.example/app", null)]
    [InlineData("..", null)]
    public void IsARegistryByItsHostAlone(string text, string? host) =>
        Assert.Equal(host, ImageReference.RegistryOf(text));
}
