using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.Tests.Platform;

/// <summary>
/// Host names are compared without regard to the case of A to Z only: no other letter equals one of those.
/// </summary>
public sealed class AsciiCaseTests
{
    private const string Kelvin = "\u212A",
        LongS = "\u017F",
        DottedI = "\u0130";

    [Theory]
    [InlineData("Registry.Example", "registry.example")]
    [InlineData("AZ[@`{az", "az[@`{az")]
    [InlineData(Kelvin + LongS + DottedI + "Ä", Kelvin + LongS + DottedI + "Ä")]
    public void LowersLettersOfAsciiAlone(string text, string expected)
    {
        Assert.Equal(expected, AsciiCase.ToLower(text));
        Assert.True(AsciiCase.AreEqual(text, expected));
        Assert.True(AsciiCase.EndsWith("x" + text, expected));
    }

    [Theory]
    [InlineData(Kelvin + "elvin.example.com", "kelvin.example.com")]
    [InlineData("regi" + LongS + "try.example.com", "registry.example.com")]
    [InlineData("reg" + DottedI + "stry.example.com", "registry.example.com")]
    public void TakesNoHostForAnother(string other, string host)
    {
        Assert.False(AsciiCase.AreEqual(other, host));
        Assert.NotEqual(ServerUrl.Canonical(host), ServerUrl.Canonical(other));
        Assert.False(RegistryHost.TryParse(other, out _));
        Assert.False(new HostPattern(host).Matches(other));
    }

    [Theory]
    [InlineData("http" + LongS + "://registry.example.com")]
    public void TakesNoSchemeForAnother(string url) =>
        Assert.NotEqual(ServerUrl.Canonical("registry.example.com"), ServerUrl.Canonical(url));

    [Theory]
    [InlineData(
        "[alias \"" + Kelvin + "elvin.example.com\"]\nregistry = 123456789012.dkr.ecr.eu-west-1.amazonaws.com\n"
    )]
    [InlineData("[" + Kelvin + "elvin.example.com]\nhelper = pass\n")]
    [InlineData("[123456789012.d" + Kelvin + "r.ecr.eu-west-1.amazonaws.com]\nprofile = p\n")]
    [InlineData("[default]\nallow = 123456789012.d" + Kelvin + "r.ecr.*\n")]
    public void RefusesASectionOfAnotherLetter(string text) =>
        Assert.Throws<HelperException>(() => RegistryConfiguration.Of(RegistryConfigurationFile.Parse("file", text)));

    /// <summary>
    /// Code that decides which registry a name refers to must not fold letters by the rules of Unicode.
    /// </summary>
    [Fact]
    public void IsWhatEveryFolderThatKnowsHostsUses()
    {
        string[] folders =
        [
            "src/CredHelper.Core/CachedGet",
            "src/CredHelper.Core/CredentialStore",
            "src/CredHelper.Core/Protocol",
            "src/CredHelper.Core/Registry",
            "src/CredHelper/Configuration",
            "src/CredHelper/JobEnvironment",
            "src/CredHelper/Kubelet",
            "src/CredHelper/Logins",
            "src/CredHelper/Tokens",
        ];
        // The first compares words such as true, the second the keys of JSON, as Go does.
        string[] others = ["HelperSettings.cs", "Credential.cs"];
        string[] folding = ["ToLowerInvariant", "ToLower(CultureInfo", "IgnoreCase"];
        IEnumerable<string> found =
            from folder in folders
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs")
            where !others.Contains(Path.GetFileName(file))
            from word in folding
            where File.ReadAllText(file).Contains(word, StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}: {word}";
        Assert.Equal([], found);
    }
}
