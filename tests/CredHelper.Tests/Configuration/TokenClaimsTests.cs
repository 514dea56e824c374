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
    [InlineData("1700000000", 1700000000_000)]
    [InlineData("1.7e9", 1700000000_000)]
    [InlineData("1700000000.5", 1700000000_500)]
    [InlineData("253402300799", 253402300799_000)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("1e400", null)]
    [InlineData("253402300800", null)]
    [InlineData("\"1700000000\"", null)]
    [InlineData("null", null)]
    public void HaveTimesAsNumbersOfAnyForm(string json, long? milliseconds)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(milliseconds, NumericDate.Of(document.RootElement)?.ToUnixTimeMilliseconds());
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
