using System.Text;
using CredHelper.Tokens;

namespace CredHelper.Tests.Tokens;

/// <summary>An authorization token of ECR contains its expiry; other texts do not.</summary>
public sealed class AuthorizationTokenTests
{
    [Theory]
    [InlineData("""{"payload":"x","expiration":1700000000}""", 1700000000L)]
    [InlineData("""{"payload":"x","expiration":"1700000000"}""", 1700000000L)]
    [InlineData("""{"payload":"x","expiration":"soon"}""", null)]
    [InlineData("""{"payload":"x","expiration":1e99}""", null)]
    [InlineData("""{"payload":"x","expiration":null}""", null)]
    [InlineData("""{"payload":"x"}""", null)]
    [InlineData("[]", null)]
    [InlineData("x", null)]
    public void TellsWhenItExpires(string content, long? expiry) =>
        Assert.Equal(expiry, AuthorizationToken.ExpiryOf(Convert.ToBase64String(Encoding.UTF8.GetBytes(content))));

    [Fact]
    public void ThatIsNotBase64TellsNothing() => Assert.Null(AuthorizationToken.ExpiryOf("a password"));
}
