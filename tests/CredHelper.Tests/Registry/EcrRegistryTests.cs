using CredHelper.Registry;
using CsCheck;

namespace CredHelper.Tests.Registry;

/// <summary>Host names of ECR as AWS documents them.</summary>
public sealed class EcrRegistryTests
{
    private const string Account = "123456789012";

    public static TheoryData<string, string, string> Partitions =>
        new()
        {
            { "us-east-1", "amazonaws.com", "aws" },
            { "ap-southeast-7", "amazonaws.com", "aws" },
            { "mx-central-1", "amazonaws.com", "aws" },
            { "us-east-1", "on.aws", "aws" },
            { "us-gov-west-1", "amazonaws.com", "aws-us-gov" },
            { "us-gov-east-1", "on.aws", "aws-us-gov" },
            { "cn-north-1", "amazonaws.com.cn", "aws-cn" },
            { "cn-northwest-1", "on.amazonwebservices.com.cn", "aws-cn" },
            { "eusc-de-east-1", "amazonaws.eu", "aws-eusc" },
            { "us-iso-east-1", "c2s.ic.gov", "aws-iso" },
            { "us-isob-east-1", "sc2s.sgov.gov", "aws-iso-b" },
            { "eu-isoe-west-1", "cloud.adc-e.uk", "aws-iso-e" },
            { "us-isof-south-1", "csp.hci.ic.gov", "aws-iso-f" },
        };

    [Theory]
    [MemberData(nameof(Partitions))]
    public void IsReadWithItsPartition(string region, string suffix, string partition)
    {
        foreach (string service in (string[])["dkr.ecr", "dkr.ecr-fips", "dkr-ecr", "dkr-ecr-fips"])
        {
            Assert.True(EcrRegistry.TryParse($"{Account}.{service}.{region}.{suffix}", out EcrRegistry? registry));
            Assert.Equal(
                (EcrService.Private, Account, region, partition),
                (registry.Service, registry.AccountId, registry.Region, registry.Partition.Name)
            );
            Assert.Equal(service.EndsWith("-fips", StringComparison.Ordinal), registry.IsFips);
            Assert.Equal(suffix.StartsWith("on.", StringComparison.Ordinal), registry.IsDualStack);
        }
    }

    [Theory]
    [InlineData("public.ecr.aws", false)]
    [InlineData("ecr-public.aws.com", true)]
    public void OfThePublicGalleryIsRead(string host, bool dualStack)
    {
        Assert.True(EcrRegistry.TryParse(host, out EcrRegistry? registry));
        Assert.Equal(
            (EcrService.Public, null, "us-east-1", dualStack),
            (registry.Service, registry.AccountId, registry.Region, registry.IsDualStack)
        );
        Assert.Equal(host, registry.Host);
    }

    [Theory]
    [InlineData("https://{0}")]
    [InlineData("HTTPS://{0}")]
    [InlineData("https://{0}/v1/")]
    [InlineData("{0}/my/repo")]
    [InlineData("{0}:443")]
    [InlineData("{0}:65535/a:b@c")]
    [InlineData("{0}?service=x")]
    [InlineData("{0}/é/../..//\\")]
    public void MayHaveASchemeAPortAPathAndAQueryAroundIt(string form)
    {
        Assert.True(
            EcrRegistry.TryParse(
                string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Sample.Host),
                out EcrRegistry? registry
            )
        );
        Assert.Equal(Sample.Registry, registry);
    }

    [Fact]
    public void ComparesWithoutCase()
    {
        Assert.True(EcrRegistry.TryParse(Sample.Host.ToUpperInvariant(), out EcrRegistry? registry));
        Assert.Equal(Sample.Host, registry.Host);
    }

    [Fact]
    public void IsItsOwnCanonicalForm() =>
        AnyRegistry.Sample(host =>
        {
            Assert.True(EcrRegistry.TryParse(host, out EcrRegistry? registry));
            Assert.True(EcrRegistry.TryParse(registry.Host, out EcrRegistry? again));
            Assert.Equal(registry, again);
            Assert.Equal(registry.Host, again.Host);
        });

    [Fact]
    public void OfTwoRegistriesIsNeverTheSame() =>
        Gen.Select(AnyRegistry, AnyRegistry)
            .Sample(pair =>
            {
                Assert.True(EcrRegistry.TryParse(pair.Item1, out EcrRegistry? one));
                Assert.True(EcrRegistry.TryParse(pair.Item2, out EcrRegistry? two));
                Assert.Equal(one == two, one.Host == two.Host);
            });

    private static readonly Gen<string> AnyRegistry = Gen.Select(
        Gen.String[Gen.Char['0', '9'], 12, 12],
        Sample.OneOf("dkr.ecr", "dkr.ecr-fips", "dkr-ecr", "dkr-ecr-fips"),
        Sample.OneOf([.. Partitions.Select(row => $"{row.Data.Item1}.{row.Data.Item2}")]),
        (account, service, place) => $"{account}.{service}.{place}"
    );
}
