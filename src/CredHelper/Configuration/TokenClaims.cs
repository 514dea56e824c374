using System.Buffers.Text;
using System.Text.Json;

namespace CredHelper.Configuration;

/// <summary>
/// The claims of an OIDC token (a JSON Web Token, RFC 7519). They are not verified: they are used for messages, the
/// token's expiry and the cache key. STS decides whether the token is valid.
/// </summary>
internal static class TokenClaims
{
    /// <summary>The token's payload; of kind Undefined if it is not a JSON Web Token.</summary>
    public static JsonElement Of(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
            return default;
        try
        {
            using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return default;
        }
    }
}
