using System.Text.RegularExpressions;
using CredHelper.Registry;
using CsCheck;

namespace CredHelper.Tests.Registry;

/// <summary>Names that resemble an ECR registry but are not one.</summary>
public sealed partial class EcrRegistryRefusedTests
{
    private const string E = Sample.Host;

    [Theory]
    [InlineData("")]
    [InlineData("ghcr.io")]
    [InlineData("https://index.docker.io/v1/refresh-token")]
    [InlineData("http://" + E)]
    [InlineData("HTTP://" + E)]
    [InlineData("ftp://" + E)]
    [InlineData("https:/" + E)]
    [InlineData("https://https://" + E)]
    [InlineData("//" + E)]
    [InlineData(E + "@evil.example")]
    [InlineData("user@" + E)]
    [InlineData("user:password@" + E)]
    [InlineData("https://evil.example@" + E)]
    [InlineData("evil.example/" + E)]
    [InlineData("evil.example?" + E)]
    [InlineData("evil.example#" + E)]
    [InlineData(E + ".evil.example")]
    [InlineData("evil." + E)]
    [InlineData(E + ".")]
    [InlineData("." + E)]
    [InlineData(E + "#x")]
    [InlineData(E + "\\x")]
    [InlineData(E + "%00")]
    [InlineData(E + "\0")]
    [InlineData(E + "\n")]
    [InlineData(E + "/a\nHost: evil.example")]
    [InlineData(E + "/\u007f")]
    [InlineData(" " + E)]
    [InlineData(E + " ")]
    [InlineData(E + ":")]
    [InlineData(E + ":0")]
    [InlineData(E + ":65536")]
    [InlineData(E + ":99999999999")]
    [InlineData(E + ":+443")]
    [InlineData(E + ":-1")]
    [InlineData(E + ": 443")]
    [InlineData(E + ":443:443")]
    [InlineData(E + ":abc")]
    [InlineData(E + ":٤٤٣")]
    [InlineData("[" + E + "]")]
    [InlineData("12345678901.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("1234567890123.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("12345678901a.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("１23456789012.dkr.ecr.us-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.eсr.us-east-1.amazonaws.com")]
    [InlineData("123456789012.d\u212Ar.ecr.us-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws。com")]
    [InlineData("123456789012.dkr.ecr..amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.amazonaws.com")]
    [InlineData("123456789012.dkr..ecr.us-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr_ecr.us-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr-fips-fips.us-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com.cn")]
    [InlineData("123456789012.dkr.ecr.cn-north-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-gov-west-1.amazonaws.eu")]
    [InlineData("123456789012.dkr.ecr.us-iso-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-iso-east-1.on.aws")]
    [InlineData("123456789012.dkr.ecr.us-east-1.c2s.ic.gov")]
    [InlineData("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.s3-website-us-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east-1.s3.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east-1a.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east-123.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us--1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.-east-1.amazonaws.com")]
    [InlineData("123456789012.dkr.ecr.us-east-1.amazonaws.com.tw")]
    [InlineData("123456789012.dkr.ecr.us-east-1.AMAZONAWS.COM.evil.example")]
    [InlineData("public.ecr.aws.evil.example")]
    [InlineData("evil-public.ecr.aws")]
    [InlineData("public-ecr.aws")]
    [InlineData("ecr-public.aws.com.evil.example")]
    [InlineData("public.ecr.aws:x")]
    [InlineData("http://public.ecr.aws")]
    public void IsNoRegistryOfOurs(string url) => Assert.False(EcrRegistry.TryParse(url, out _));

    [Fact]
    public void OfAnyLengthIsNoRegistryOfOurs()
    {
        Assert.False(EcrRegistry.TryParse(new string('1', 1_000_000), out _));
        Assert.False(EcrRegistry.TryParse(new string('a', 250) + E, out _));
    }

    [Fact]
    public void NeverGetsThroughByAnyChange() =>
        Gen.Select(Gen.Int[0, E.Length], Gen.Int[0, 3], Gen.String[Alphabet, 0, 5])
            .Sample(change =>
            {
                (int at, int cut, string put) = change;
                Judge(E[..at] + put + E[Math.Min(at + cut, E.Length)..]);
            });

    [Fact]
    public void NeverGetsThroughByAnyCombinationOfParts() =>
        Sample
            .OneOf(
                "123456789012",
                ".",
                "dkr",
                "ecr",
                "-",
                "fips",
                "us",
                "east",
                "1",
                "us-east-1",
                "amazonaws.com",
                "on.aws",
                "cn",
                "cn-north-1",
                "public",
                "aws",
                "https://",
                "http://",
                "@",
                ":",
                "443",
                "/",
                "?",
                "evil.example",
                "\\",
                "%2f",
                "#",
                "é"
            )
            .Array[1, 14]
            .Sample(parts => Judge(string.Concat(parts)), iter: 20_000);

    [Fact]
    public void NeverGetsThroughAsAnyText() => Gen.String[Gen.Char, 0, 80].Sample(text => Judge(text));

    /// <summary>
    /// Independent of the parser: an accepted name must match the pattern in docs/reference/protocol.md, 5.
    /// </summary>
    private static void Judge(string url)
    {
        if (EcrRegistry.TryParse(url, out EcrRegistry? registry))
        {
            Assert.Matches(Pattern(), url);
            Assert.Contains(registry.Region, url.ToLowerInvariant() + "us-east-1", StringComparison.Ordinal);
        }
    }

    private static readonly Gen<char> Alphabet = Gen.OneOf(Gen.Char["./:@?#%\\-_ \t\n\0[]012aeckrst"], Gen.Char);

    [GeneratedRegex(
        @"\A(?i:https://)?(?i:(?:[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}\."
            + @"(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn|"
            + @"sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
            + @"|public\.ecr\.aws|ecr-public\.aws\.com))"
            + @"(?::[0-9]{1,5})?(?:[/?][^\x00-\x1f\x7f]*)?\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();
}
