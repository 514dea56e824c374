using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Config;

/// <summary>Which region is used, its origin, and values that are not a region.</summary>
public sealed class AwsSettingsRegionTests : IDisposable
{
    private readonly AwsHome _home = new("[default]\nregion = eu-west-1\n[profile prod]\noutput = json\n");

    public void Dispose() => _home.Dispose();

    [Fact]
    public void IsAwsRegionFirst() =>
        AssertRegion("us-east-1", "AWS_REGION", ("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-west-2"));

    [Fact]
    public void IsAwsDefaultRegionNext() =>
        AssertRegion("us-west-2", "AWS_DEFAULT_REGION", ("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "us-west-2"));

    [Fact]
    public void IsThatOfTheProfileLast() =>
        AssertRegion("eu-west-1", $"region of profile 'default' in {_home.ConfigPath}:2");

    [Fact]
    public void IsNotThatOfAnotherProfile() => Assert.Null(_home.Resolve(("AWS_PROFILE", "prod")).Region);

    [Fact]
    public void MayHaveALineEndOfWindowsBehindIt() =>
        AssertRegion("us-east-1", "AWS_REGION", ("AWS_REGION", "us-east-1\r"));

    [Theory]
    [InlineData("cn-north-1")]
    [InlineData("us-gov-west-1")]
    [InlineData("eusc-de-east-1")]
    [InlineData("us-isob-east-1")]
    [InlineData("local")]
    public void NeedsNoList(string region) => Assert.Equal(region, _home.Resolve(("AWS_REGION", region)).Region);

    [Theory]
    [InlineData("aws-global", "us-east-1")]
    [InlineData("aws-cn-global", "cn-north-1")]
    [InlineData("aws-us-gov-global", "us-gov-west-1")]
    [InlineData("fips-us-east-1", "us-east-1")]
    [InlineData("us-gov-west-1-fips", "us-gov-west-1")]
    public void IsWhatAPseudoRegionMeans(string pseudo, string region) =>
        Assert.Equal(region, _home.Resolve(("AWS_REGION", pseudo)).Region);

    [Theory]
    [InlineData("\"us-east-1\"", "us-east-1")]
    [InlineData("US-EAST-1", "us-east-1")]
    [InlineData("None", "eu-west-1")]
    public void IsSuggestedIfTheValueLooksLikeOne(string value, string region) =>
        Assert.Equal($"set AWS_REGION to a region such as {region}", _home.Refusal(("AWS_REGION", value)).Hint);

    [Theory]
    [InlineData("EU West", "'EU West'")]
    [InlineData("eu_west_1", "'eu_west_1'")]
    [InlineData("EU-WEST-1", "'EU-WEST-1'")]
    [InlineData("-eu", "'-eu'")]
    [InlineData("123", "'123'")]
    [InlineData("evil.com/x", "'evil.com/x'")]
    [InlineData("x@evil.com#", "'x@evil.com#'")]
    [InlineData("a\nHost: b", "'a?Host: b'")]
    [InlineData("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a value of 40 characters")]
    public void IsRefusedWhereItIsNoHostLabel(string region, string shown)
    {
        HelperException e = _home.Refusal(("AWS_REGION", region));
        Assert.Equal($"AWS_REGION is {shown}, which is not a region", e.Message);
        Assert.Equal("set AWS_REGION to a region such as eu-west-1", e.Hint);
    }

    [Fact]
    public void IsRefusedByTheNameOfItsFile()
    {
        File.WriteAllText(_home.CredentialsPath, "[prod]\nregion = None!\n");
        HelperException e = _home.Refusal(("AWS_PROFILE", "prod"));
        Assert.Equal(
            $"region of profile 'prod' in {_home.CredentialsPath}:2 is 'None!', which is not a region",
            e.Message
        );
        Assert.Equal("set it to a region such as eu-west-1", e.Hint);
    }

    private void AssertRegion(string region, string origin, params (string Name, string Value)[] variables)
    {
        AwsSettings settings = _home.Resolve(variables);
        Assert.Equal((region, origin), (settings.Region, settings.RegionOrigin));
    }
}
