using CredHelper.Configuration;
using CredHelper.Registry;

namespace CredHelper.Tests.Configuration;

/// <summary>Explanations for names that resemble an ECR registry, and none for other names.</summary>
public sealed class NearRegistryTests
{
    [Theory]
    [InlineData("ghcr.io")]
    [InlineData("registry.gitlab.com/group/app")]
    [InlineData("docker.io")]
    [InlineData("index.docker.io/v1/")]
    [InlineData("secret.example.com")]
    [InlineData("user@123456789012.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("http://ghcr.io")]
    [InlineData("")]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("https://public.ecr.aws/v2/")]
    public void AreNotFoundWhereThereAreNone(string name) => Assert.Null(NearRegistry.WhyNot(name));

    [Theory]
    [InlineData(
        "123456789012.dkr.ecr.us-east-1.s3.amazonaws.com",
        "registry hosts in us-east-1 end with .amazonaws.com or .on.aws, not with .s3.amazonaws.com"
    )]
    [InlineData(
        "123456789012.dkr.ecr.us-iso-east-1.amazonaws.com",
        "registry hosts in us-iso-east-1 end with .c2s.ic.gov, not with .amazonaws.com"
    )]
    [InlineData("123456789012.dkr.ecr", "the region is missing after 123456789012.dkr.ecr")]
    [InlineData(
        "123456789012.ecr.us-east-1.amazonaws.com",
        "the account id must be followed by .dkr.ecr. or .dkr-ecr., not .ecr.us-east-1."
    )]
    [InlineData(
        "HTTPS://123456789012.DKR.ECR.useast1.amazonaws.com/app",
        "'useast1' is not a region, such as eu-west-1"
    )]
    [InlineData("http://123456789012.dkr.ecr.useast1.amazonaws.com", "'useast1' is not a region, such as eu-west-1")]
    [InlineData(
        "x23456789012.dkr.ecr.us-east-1.amazonaws.com",
        "an account id has 12 digits, but 'x23456789012' has 11"
    )]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com:port", "'port' is not a port")]
    [InlineData(
        "123456789012.d\u212Ar.ecr.us-east-1.amazonaws.com",
        "it contains a character that is not valid in a registry's name"
    )]
    [InlineData(
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/a\tb",
        "it contains a character that is not valid in a registry's name"
    )]
    public void AreExplained(string name, string why) => Assert.Equal(why, NearRegistry.WhyNot(name));

    [Fact]
    public void AreNeverOursAndNeverLeftUnsaid()
    {
        const string Name = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
        for (int i = 0; i < Name.Length; i++)
        {
            string mistyped = Name.Remove(i, 1);
            if (!EcrRegistry.TryParse(mistyped, out _))
                Assert.NotNull(NearRegistry.WhyNot(mistyped));
        }
    }
}
