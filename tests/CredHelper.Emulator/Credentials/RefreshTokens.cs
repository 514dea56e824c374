using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace CredHelper.Emulator.Credentials;

/// <summary>
/// The refresh and access tokens of sign-ins. Every well-formed text is one: <c>refresh-…</c> can be refreshed, once if
/// it contains <c>once</c> and never if it contains <c>expired</c>; <c>access-…</c> is valid unless it contains
/// <c>revoked</c> or <c>expired</c>.
/// </summary>
internal sealed class RefreshTokens
{
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);

    /// <summary>The next refresh token; null if this one is invalid.</summary>
    public string? TryUse(string? token)
    {
        if (
            token is null
            || !token.StartsWith("refresh-", StringComparison.Ordinal)
            || token.Contains("expired", StringComparison.Ordinal)
        )
        {
            return null;
        }

        if (!token.Contains("once", StringComparison.Ordinal))
            return "refresh-" + Random();
        return _used.TryAdd(token, true) ? "refresh-once-" + Random() : null;
    }

    public static string NewAccessToken() => "access-" + Random();

    public static bool Opens(string token) =>
        token.StartsWith("access-", StringComparison.Ordinal)
        && !token.Contains("revoked", StringComparison.Ordinal)
        && !token.Contains("expired", StringComparison.Ordinal);

    private static string Random() => RandomNumberGenerator.GetHexString(40, lowercase: true);
}
