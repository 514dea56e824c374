using CredHelper.PullResolution;

namespace CredHelper.Tests.PullResolution;

/// <summary>What a person may type for an image or a registry.</summary>
public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("nginx")]
    [InlineData("nginx:1.27-alpine")]
    [InlineData("library/nginx")]
    [InlineData("r.example")]
    [InlineData("r.example/")]
    [InlineData("R.Example:5000")]
    [InlineData("r.example:5000/a/b__c--d.e:Tag_1.2")]
    [InlineData("[::1]:5000/app")]
    [InlineData("localhost/app@sha256:0123abcdef")]
    [InlineData("app:1@sha256:0123abcdef")]
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
    [InlineData("r.example:123456/app")]
    [InlineData("$IMAGE")]
    [InlineData("ftp://r.example")]
    [InlineData("https://r.example/a b")]
    [InlineData("äpp")]
    public void IsNone(string text) => Assert.False(ImageReference.IsWellFormed(text));
}
