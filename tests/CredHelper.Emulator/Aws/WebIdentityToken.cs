using System.Buffers.Text;
using System.Text.Json;

namespace CredHelper.Emulator.Aws;

/// <summary>
/// The claims of an OIDC token that the response of STS repeats. The token's signature is not verified: any issuer is
/// trusted.
/// </summary>
internal sealed record WebIdentityToken(string Issuer, string Subject, string Audience)
{
    /// <summary>Parses a token, or throws the error of STS for an invalid or expired one.</summary>
    public static WebIdentityToken Read(string text, DateTimeOffset now)
    {
        JsonElement claims = Claims(text);
        long expiry =
            claims.TryGetProperty("exp", out JsonElement exp)
            && exp.ValueKind == JsonValueKind.Number
            && exp.TryGetDouble(out double seconds)
                ? (long)seconds
                : throw Invalid("Missing a required claim: exp");
        return expiry > now.ToUnixTimeSeconds()
            ? new WebIdentityToken(Claim(claims, "iss"), Claim(claims, "sub"), Claim(claims, "aud"))
            : throw new ServiceError(
                400,
                "ExpiredTokenException",
                $"Token expired: current date/time {now.ToUnixTimeSeconds()} must be before the expiration "
                    + $"date/time {expiry}"
            );
    }

    private static JsonElement Claims(string text)
    {
        try
        {
            if (text.Split('.') is [_, var payload, _])
            {
                using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                    return document.RootElement.Clone();
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException) { }

        throw Invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
    }

    private static string Claim(JsonElement claims, string name)
    {
        if (
            claims.TryGetProperty(name, out JsonElement claim)
            && claim.ValueKind == JsonValueKind.Array
            && claim.GetArrayLength() > 0
        )
        {
            claim = claim[0];
        }

        return claim.ValueKind == JsonValueKind.String
            ? claim.GetString()!
            : throw Invalid("Missing a required claim: " + name);
    }

    private static ServiceError Invalid(string message) => new(400, "InvalidIdentityToken", message);
}
