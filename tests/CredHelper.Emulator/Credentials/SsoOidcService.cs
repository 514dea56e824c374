using System.Text.Json;

namespace CredHelper.Emulator.Credentials;

/// <summary>CreateToken of SSO-OIDC with the grant type refresh_token.</summary>
internal sealed class SsoOidcService(RefreshTokens tokens) : RestService
{
    private const int Life = 3600;

    public override string Name => "sso-oidc";

    protected override string? OperationOf(string method, string path) =>
        (method, path) is ("POST", "/token") ? "CreateToken" : null;

    public override async Task<Answer> AnswerAsync(Exchange exchange)
    {
        Dictionary<string, string> request = await MembersAsync(exchange);
        if (request.GetValueOrDefault("grantType") != "refresh_token")
            throw new ServiceError(400, "UnsupportedGrantTypeException", "unsupported_grant_type");
        if (
            request.GetValueOrDefault("clientId") is not { Length: > 0 }
            || request.GetValueOrDefault("clientSecret") is not { Length: > 0 }
        )
        {
            throw new ServiceError(401, "InvalidClientException", "invalid_client");
        }

        string next =
            tokens.TryUse(request.GetValueOrDefault("refreshToken"))
            ?? throw new ServiceError(400, "InvalidGrantException", "invalid_grant");
        return Json(
            200,
            writer =>
            {
                writer.WriteString("accessToken", RefreshTokens.NewAccessToken());
                writer.WriteNumber("expiresIn", Life + (int)exchange.LifetimeShift.TotalSeconds);
                writer.WriteString("refreshToken", next);
                writer.WriteString("tokenType", "Bearer");
            }
        );
    }

    protected override void WriteError(Utf8JsonWriter writer, ServiceError error)
    {
        writer.WriteString("error", error.Message);
        writer.WriteString("error_description", "The request is refused.");
    }
}
