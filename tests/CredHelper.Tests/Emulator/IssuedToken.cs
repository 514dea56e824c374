using System.Text;
using System.Text.Json;

namespace CredHelper.Tests.Emulator;

/// <summary>A parsed response of ECR's GetAuthorizationToken.</summary>
internal sealed record IssuedToken(string Password, decimal ExpiresAt, string? ProxyEndpoint)
{
    public string BasicParameter => Convert.ToBase64String(Encoding.UTF8.GetBytes("AWS:" + Password));

    public static async Task<IssuedToken> AskAsync(SignedCall call)
    {
        (int status, string body) = await call.AnswerAsync();
        Assert.Equal(200, status);
        return Read(body)[0];
    }

    public static IReadOnlyList<IssuedToken> Read(string body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement data = document.RootElement.GetProperty("authorizationData");
        return data.ValueKind == JsonValueKind.Array ? [.. data.EnumerateArray().Select(Read)] : [Read(data)];
    }

    private static IssuedToken Read(JsonElement entry)
    {
        string login = Encoding.UTF8.GetString(
            Convert.FromBase64String(entry.GetProperty("authorizationToken").GetString()!)
        );
        Assert.StartsWith("AWS:", login, StringComparison.Ordinal);
        return new IssuedToken(
            login[4..],
            entry.GetProperty("expiresAt").GetDecimal(),
            entry.TryGetProperty("proxyEndpoint", out JsonElement endpoint) ? endpoint.GetString() : null
        );
    }
}
