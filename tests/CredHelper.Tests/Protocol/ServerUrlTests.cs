using System.Text;
using CredHelper.Errors;
using CredHelper.Protocol;
using CsCheck;

namespace CredHelper.Tests.Protocol;

/// <summary>The server URL as clients send it.</summary>
public sealed class ServerUrlTests
{
    private static string Parse(string text) => ServerUrl.Parse(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("host")]
    [InlineData("host\n")]
    [InlineData("host\r\n")]
    [InlineData(" host \r\n")]
    [InlineData("\n\nhost\n\n")]
    [InlineData("\thost\t")]
    [InlineData("ho\nst")]
    [InlineData("ho\r\nst\r\n")]
    [InlineData("ho\rst")]
    [InlineData("\uFEFFhost")]
    public void IsJoinedAndTrimmed(string text) => Assert.Equal("host", Parse(text));

    [Theory]
    [InlineData("E/my/repo ", "E/my/repo")]
    [InlineData("https://E/v1/", "https://E/v1/")]
    [InlineData("a b", "a b")]
    [InlineData("é😀", "é😀")]
    public void IsOtherwiseVerbatim(string text, string expected) => Assert.Equal(expected, Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\r\n")]
    [InlineData("\uFEFF\n")]
    public void ThatIsBlankIsRefusedInTheWordsThatClientsKnow(string text) =>
        Assert.Equal("no credentials server URL", Assert.Throws<HelperException>(() => Parse(text)).Message);

    [Fact]
    public void MayBe64KiBAndNoLonger()
    {
        Assert.Equal(ServerUrl.MaxLength, Parse(new string('a', ServerUrl.MaxLength)).Length);
        Assert.Equal(
            FailureKind.Usage,
            Assert.Throws<HelperException>(() => Parse(new string('a', ServerUrl.MaxLength + 1))).Kind
        );
    }

    [Fact]
    public void ThatIsNoTextIsRefused() =>
        Assert.Equal(FailureKind.Usage, Assert.Throws<HelperException>(() => ServerUrl.Parse([0x61, 0xFF, 0xFE])).Kind);

    [Fact]
    public void NeverFailsInAnotherWay() =>
        Gen
            .Byte.Array[0, 60]
            .Sample(bytes =>
            {
                try
                {
                    string url = ServerUrl.Parse(bytes);
                    Assert.NotEqual(0, url.Length);
                    Assert.DoesNotContain('\n', url);
                    Assert.DoesNotContain('\r', url);
                }
                catch (HelperException exception)
                {
                    Assert.Equal(FailureKind.Usage, exception.Kind);
                }
            });

    [Theory]
    [InlineData("host", "host")]
    [InlineData("https://host", "host")]
    [InlineData("HTTPS://HOST/", "host")]
    [InlineData("host:443", "host")]
    [InlineData("https://host:443/", "host")]
    [InlineData("Host:5000", "host:5000")]
    [InlineData("host/Path/", "host/Path")]
    [InlineData("https://index.docker.io/v1/", "index.docker.io/v1")]
    [InlineData("http://host", "http://host")]
    [InlineData("host:4430", "host:4430")]
    [InlineData("[::1]:443", "[::1]")]
    public void IsOneUnderAllSpellingsOfAServer(string spelling, string canonical) =>
        Assert.Equal(canonical, ServerUrl.Canonical(spelling));

    [Theory]
    [InlineData("https://index.docker.io/v1/", "index.docker.io/v1")]
    [InlineData("docker.io", "docker.io")]
    public void OfDockerHubIsStoredUnderAnyOfItsNames(string url, string own)
    {
        IReadOnlyList<string> forms = ServerUrl.CanonicalForms(url);
        Assert.Equal(own, forms[0]);
        Assert.Equal(
            ["docker.io", "index.docker.io", "index.docker.io/v1", "registry-1.docker.io"],
            forms.Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("https://index.docker.io/v1/refresh-token")]
    [InlineData("http://docker.io")]
    [InlineData("registry.example")]
    public void OfAnotherServerIsStoredUnderOneName(string url) => Assert.Single(ServerUrl.CanonicalForms(url));

    [Fact]
    public void HasACanonicalFormThatIsItsOwn() =>
        Sample
            .OneOf("https://", "http://", "a", "B", ":443", ":80", "/", "é", ".")
            .Array[0, 8]
            .Sample(parts =>
            {
                string once = ServerUrl.Canonical(string.Concat(parts));
                // https://https://… is not a valid server; removing the scheme twice only means that nothing is found
                // for it.
                if (
                    !once.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                    && !once.EndsWith(":443", StringComparison.Ordinal)
                )
                {
                    Assert.Equal(once, ServerUrl.Canonical(once));
                }
            });

    [Theory]
    [InlineData("registry.example", "registry.example")]
    [InlineData("HTTPS://Registry.example:443/v2/?a=b", "registry.example")]
    [InlineData("registry.example:443?a=b/c", "registry.example")]
    [InlineData("registry.example:5000/app", "registry.example:5000")]
    [InlineData("http://registry.example", null)]
    public void NamesItsServer(string url, string? name) => Assert.Equal(name, ServerUrl.ServerName(url));

    [Theory]
    [InlineData("host/path", "host/path")]
    [InlineData("HTTP://host", "host")]
    [InlineData("https://host/", "host/")]
    [InlineData("ftp://host", "ftp://host")]
    public void LosesAScheme(string url, string rest) => Assert.Equal(rest, ServerUrl.WithoutScheme(url));
}
