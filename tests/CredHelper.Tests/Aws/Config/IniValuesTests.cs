using System.Text;
using CredHelper.Aws.Config;
using Microsoft.Extensions.Configuration.Ini;

namespace CredHelper.Tests.Aws.Config;

/// <summary>Which lines Microsoft.Extensions.Configuration.Ini reads as botocore does, and which it does not.</summary>
public sealed class IniValuesTests
{
    [Theory]
    [InlineData("region=eu-west-1", "eu-west-1")]
    [InlineData("region   =   eu-west-1", "eu-west-1")]
    [InlineData("region = a#b;c=d:e", "a#b;c=d:e")]
    [InlineData("region = 'single'", "'single'")]
    [InlineData("region = eu-west-1 # inline", "eu-west-1 # inline")]
    [InlineData("region = [x]", "[x]")]
    [InlineData("region = a\"b\"", "a\"b\"")]
    [InlineData("region = \"", "\"")]
    [InlineData("region = back\\slash\\", "back\\slash\\")]
    [InlineData("region = =====", "=====")]
    [InlineData("region =", "")]
    public void ReadsAPlainLine(string line, string value)
    {
        Assert.True(IniValues.IsPlain(line, line.IndexOf('=', StringComparison.Ordinal)));
        Assert.Equal(value, IniValues.Read([line])["region"]);
    }

    [Theory]
    [InlineData("region = \"eu-west-1\"")]
    [InlineData("region = \"\"")]
    [InlineData("region : eu-west-1")]
    [InlineData("Region = eu-west-1")]
    [InlineData("/region = eu-west-1")]
    [InlineData("re gion = eu-west-1")]
    [InlineData("[x = y]")]
    [InlineData("region = eu\u0085west")]
    [InlineData("region =\teu-west-1")]
    public void IsNotAskedForALineThatItReadsDifferently(string line) =>
        Assert.False(IniValues.IsPlain(line, line.AsSpan().IndexOfAny('=', ':')));

    [Fact]
    public void WouldStripTheQuotesOfASecret()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("secret = \"quoted\"\n"));
        Assert.Equal("quoted", IniStreamConfigurationProvider.Read(stream)["secret"]);
    }
}
