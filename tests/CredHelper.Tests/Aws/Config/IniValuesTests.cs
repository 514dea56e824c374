using System.Text;
using CredHelper.Aws.Config;
using Microsoft.Extensions.Configuration.Ini;

namespace CredHelper.Tests.Aws.Config;

/// <summary>
/// What Microsoft.Extensions.Configuration.Ini makes of a value by itself, and that ours reach it unharmed.
/// </summary>
public sealed class IniValuesTests
{
    [Theory]
    [InlineData("\"quoted\"")]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("a\"b\"")]
    [InlineData("'single'")]
    [InlineData("# no comment")]
    [InlineData("; no comment")]
    [InlineData("a#b;c=d:e")]
    [InlineData("=====")]
    [InlineData("[x]")]
    [InlineData("back\\slash\\")]
    [InlineData("\f inner \u0085 blanks \u2028")]
    [InlineData("")]
    public void KeepsItsValueByteForByte(string value) =>
        Assert.Equal(value, IniValues.Read([new("aws_secret_access_key", value)])["aws_secret_access_key"]);

    [Theory]
    [InlineData("/etc", "x")]
    [InlineData("key with blanks", "x")]
    [InlineData("[x", "y]")]
    [InlineData("", "x")]
    [InlineData("key", "two\nlines")]
    public void IsNotGivenToThePackageWhereThatWouldMisreadIt(string key, string value) =>
        Assert.Empty(IniValues.Read([new(key, value)]));

    [Fact]
    public void WouldLoseItsQuotesWithoutOurs()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("secret = \"quoted\"\n"));
        Assert.Equal("quoted", IniStreamConfigurationProvider.Read(stream)["secret"]);
    }
}
