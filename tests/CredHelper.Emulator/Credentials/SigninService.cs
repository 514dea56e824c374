using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CredHelper.Emulator.Credentials;

/// <summary>
/// CreateOAuth2Token of the sign-in service used by `aws login`. The DPoP proof is verified according to RFC 9449.
/// </summary>
internal sealed class SigninService(CredentialSource sessions, RefreshTokens tokens) : RestService
{
    private const int Life = 900;
    private const int Window = 300;

    public override string Name => "signin";

    protected override string? OperationOf(string method, string path) =>
        (method, path) is ("POST", "/v1/token") ? "CreateOAuth2Token" : null;

    public override async Task<Answer> AnswerAsync(Exchange exchange)
    {
        Dictionary<string, string> request = await MembersAsync(exchange);
        VerifyProof(exchange);
        if (request.GetValueOrDefault("grantType") != "refresh_token" || !request.ContainsKey("clientId"))
            throw new ServiceError(400, "ValidationException", "grantType and clientId");
        string next =
            tokens.TryUse(request.GetValueOrDefault("refreshToken"))
            ?? throw new ServiceError(400, "AccessDeniedException", "TOKEN_EXPIRED");
        AccessKey key = sessions.Issue(CredentialSource.DefaultAccount, "console", "sample", exchange.LifetimeShift);
        return Json(
            200,
            writer =>
            {
                writer.WriteStartObject("accessToken");
                writer.WriteString("accessKeyId", key.Id);
                writer.WriteString("secretAccessKey", key.Secret);
                writer.WriteString("sessionToken", key.SessionToken);
                writer.WriteEndObject();
                writer.WriteString("tokenType", "urn:aws:params:oauth:token-type:access_token_sigv4");
                writer.WriteNumber("expiresIn", Life);
                writer.WriteString("refreshToken", next);
            }
        );
    }

    protected override void WriteError(Utf8JsonWriter writer, ServiceError error) =>
        writer.WriteString("error", error.Message);

    private static void VerifyProof(Exchange exchange)
    {
        string proof = Header(exchange, "DPoP");
        try
        {
            if (proof.Split('.') is not [var head, var body, var signature])
                throw new FormatException("three parts");
            using JsonDocument header = JsonDocument.Parse(Base64Url.DecodeFromChars(head)),
                payload = JsonDocument.Parse(Base64Url.DecodeFromChars(body));
            JsonElement jwk = header.RootElement.GetProperty("jwk");
            Require(header.RootElement, "typ", "dpop+jwt");
            Require(header.RootElement, "alg", "ES256");
            Require(jwk, "kty", "EC");
            Require(jwk, "crv", "P-256");
            using var key = ECDsa.Create(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = Coordinate(jwk, "x"), Y = Coordinate(jwk, "y") },
                }
            );
            if (
                !key.VerifyData(
                    Encoding.ASCII.GetBytes($"{head}.{body}"),
                    Base64Url.DecodeFromChars(signature),
                    HashAlgorithmName.SHA256
                )
            )
            {
                throw new FormatException("signature");
            }

            Require(payload.RootElement, "htm", "POST");
            Require(
                payload.RootElement,
                "htu",
                $"{exchange.Request.Scheme}://{exchange.Request.Host}{exchange.Request.Path}"
            );
            if (Math.Abs(payload.RootElement.GetProperty("iat").GetInt64() - exchange.Now.ToUnixTimeSeconds()) > Window)
                throw new FormatException("iat");
            if (payload.RootElement.GetProperty("jti").GetString() is not { Length: > 0 })
                throw new FormatException("jti");
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or CryptographicException
            )
        {
            throw new ServiceError(400, "AccessDeniedException", $"invalid_dpop_proof ({exception.Message})");
        }
    }

    private static void Require(JsonElement element, string name, string value)
    {
        if (element.GetProperty(name).GetString() != value)
            throw new FormatException(name);
    }

    private static byte[] Coordinate(JsonElement jwk, string name) =>
        Base64Url.DecodeFromChars(jwk.GetProperty(name).GetString());
}
