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
}
