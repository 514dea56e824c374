using CredHelper.CredentialProviders;

namespace CredHelper.Tests.CredentialProviders;

/// <summary>The kubelet's rules: labels match globs, the port must be equal, the path is a prefix.</summary>
public sealed class ImagePatternTests
{
    [Theory]
    [InlineData("registry.example", "registry.example", true)]
    [InlineData("registry.example", "registry.example/team/app", true)]
    [InlineData("*.example", "registry.example/app", true)]
    [InlineData("registry.*", "registry.example/app", true)]
    [InlineData("reg*.example", "registry.example/app", true)]
    [InlineData("*.*.example", "a.b.example/app", true)]
    [InlineData("r[a-f]gistry.example", "registry.example", true)]
    [InlineData("*.example", "a.b.example/app", false)]
    [InlineData("*", "registry.example/app", false)]
    [InlineData("*.example", "example/app", false)]
    [InlineData("REGISTRY.example", "registry.example", false)]
    [InlineData("registry.example:5000", "registry.example:5000/app", true)]
    [InlineData("registry.example:5000", "registry.example/app", false)]
    [InlineData("registry.example", "registry.example:5000/app", false)]
    [InlineData("*.example:5000/team", "registry.example:5000/team/app", true)]
    [InlineData("registry.example/team", "registry.example/team/app", true)]
    [InlineData("registry.example/te", "registry.example/team/app", true)]
    [InlineData("registry.example/team/", "registry.example/team", false)]
    [InlineData("registry.example/other", "registry.example/team/app", false)]
    [InlineData("registry.example/*", "registry.example/app", false)]
    [InlineData("*.dkr.ecr.*.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app", true)]
    [InlineData("*.dkr.ecr.*.amazonaws.com", "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app", false)]
    [InlineData("public.ecr.aws", "public.ecr.aws/docker/library/nginx", true)]
    [InlineData("[::1]:5000", "[::1]:5000/app", true)]
    [InlineData("registry.example", "registry.example/app?x#y", true)]
    [InlineData("a?.example", "ab.example", false)]
    [InlineData("r[.example", "r[.example", false)]
    public void MatchesAsTheKubelet(string pattern, string image, bool matches) =>
        Assert.Equal(matches, ImagePattern.Matches(pattern, image));

    [Theory]
    [InlineData("registry.example:*")]
    [InlineData("registry.example:https")]
    [InlineData("registry example")]
    [InlineData("r[^a]gistry.example")]
    [InlineData("registry\\.example")]
    [InlineData("[::1")]
    [InlineData("registry.example/%zz")]
    [InlineData("registry.example\n")]
    public void RefusesWhatIsNoAddress(string pattern) => Assert.Null(ImagePattern.Parse(pattern));

    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("**a", "bca", true)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "aXbY", false)]
    [InlineData("?", "", false)]
    [InlineData("?b", "ab", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("[^a-d]", "e", true)]
    [InlineData("[^a-f]", "e", false)]
    [InlineData("[a-", "a", false)]
    [InlineData("[]a]", "a", false)]
    [InlineData("[\\]a]", "]", true)]
    [InlineData("[a", "a", false)]
    public void GlobsAreThoseOfGo(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Glob.Matches(pattern, text));
}
