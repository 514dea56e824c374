namespace CredHelper.Emulator.Credentials;

/// <summary>
/// GetRoleCredentials of the SSO portal, for the access tokens of <see cref="RefreshTokens"/>. A role with
/// <c>denied</c> is assigned to nobody.
/// </summary>
internal sealed class SsoPortalService(CredentialSource sessions) : RestService
{
    public override string Name => "sso";

    protected override string? OperationOf(string method, string path) =>
        (method, path) is ("GET", "/federation/credentials") ? "GetRoleCredentials" : null;

    public override Task<Answer> AnswerAsync(Exchange exchange)
    {
        if (!RefreshTokens.Opens(Header(exchange, "x-amz-sso_bearer_token")))
            throw new ServiceError(401, "UnauthorizedException", "Session token not found or invalid");
        (string account, string role) = (Query(exchange, "account_id"), Query(exchange, "role_name"));
        if (role.Contains("denied", StringComparison.Ordinal))
            throw new ServiceError(403, "ForbiddenException", "No access");
        AccessKey key = sessions.Issue(account, "AWSReservedSSO_" + role, "sample@example.com", exchange.LifetimeShift);
        return Task.FromResult(
            Json(
                200,
                writer =>
                {
                    writer.WriteStartObject("roleCredentials");
                    writer.WriteString("accessKeyId", key.Id);
                    writer.WriteString("secretAccessKey", key.Secret);
                    writer.WriteString("sessionToken", key.SessionToken);
                    writer.WriteNumber("expiration", key.ExpiresAt!.Value.ToUnixTimeMilliseconds());
                    writer.WriteEndObject();
                }
            )
        );
    }
}
