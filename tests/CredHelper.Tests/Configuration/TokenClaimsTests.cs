using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CredHelper.Configuration;

namespace CredHelper.Tests.Configuration;

public sealed class TokenClaimsTests
{
    [Fact]
    public void AreThoseOfThePayload()
    {
        string payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("""{"sub":"project_path:a/b:ref:ü?"}"""));
        Assert.Equal("project_path:a/b:ref:ü?", TokenClaims.Of($"h.{payload}.s").GetProperty("sub").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("a.!.c")]
    [InlineData("a..c")]
    [InlineData("a.e30.c.d")]
    public void AreUndefinedForAnythingElse(string token) =>
        Assert.Equal(JsonValueKind.Undefined, TokenClaims.Of(token).ValueKind);
}
