using CredHelper.Configuration;

namespace CredHelper.Tests.Configuration;

/// <summary>Which section names of a registry configuration can match a registry of ECR.</summary>
public sealed class RegistryShapesTests
{
    [Theory]
    [InlineData("*")]
    [InlineData("123*")]
    [InlineData("123456789012.*")]
    [InlineData("*.dkr.ecr.*.amazonaws.com")]
    [InlineData("????????????.dkr.ecr.eu-west-?.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.*-gov-*.amazonaws.com")]
    [InlineData("*.dkr-ecr-fips.us-gov-west-1.on.aws")]
    [InlineData("*.dkr.ecr.cn-*.amazonaws.com.cn")]
    [InlineData("*.csp.hci.ic.gov")]
    [InlineData("*ecr.ap-southeast-1?.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com")]
    [InlineData("public.ecr.aws")]
    [InlineData("public.*")]
    [InlineData("ecr-public.aws.com")]
    public void NameOneOfOurs(string section) => Assert.True(RegistryShapes.Has(new HostPattern(section)));

    [Theory]
    [InlineData("?")]
    [InlineData("12345.dkr.*")]
    [InlineData("1234567890123*")]
    [InlineData("*.dkr.ecr.*.amazonaws.co")]
    [InlineData("*.drk.ecr.*")]
    [InlineData("*.dkr.ecr.eu-west1.*")]
    [InlineData("*.dkr.ecr.e-*.amazonaws.com")]
    [InlineData("12345678901x.*")]
    [InlineData("*.example")]
    [InlineData("*.dkr.ecr.us-gov-*.amazonaws.com.cn")]
    [InlineData("registry.corp.example")]
    public void NameNone(string section) => Assert.False(RegistryShapes.Has(new HostPattern(section)));

    [Fact]
    public void AreNotAnyLongerThanAHost() => Assert.False(RegistryShapes.Has(new HostPattern(new string('*', 254))));
}
