using System.Globalization;
using CredHelper.Cache;
using CredHelper.Diagnostics;

namespace CredHelper.Kubelet;

/// <summary>The response, which the kubelet decodes strictly: it has these fields and no others.</summary>
internal static class CredentialProviderResponse
{
    /// <param name="host">The registry as the image names it.</param>
    /// <param name="login">Null if there are no credentials for this image.</param>
    /// <param name="kept">How long the kubelet may cache it.</param>
    public static ReadOnlyMemory<byte> Format(
        string apiVersion,
        string host,
        (string Username, string Secret)? login,
        TimeSpan kept
    ) =>
        JsonOutput.FormatLine(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("kind", "CredentialProviderResponse");
            writer.WriteString("apiVersion", apiVersion);
            writer.WriteString("cacheKeyType", "Registry");
            writer.WriteString("cacheDuration", Duration(kept));
            if (login is { } known)
            {
                writer.WriteStartObject("auth");
                writer.WriteStartObject(host);
                writer.WriteString("username", known.Username);
                writer.WriteString("password", known.Secret);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("auth");
            }
            writer.WriteEndObject();
        });

    /// <summary>
    /// Returns how long the kubelet may use its own cache: until the token's renewal time, which differs between nodes.
    /// At half of the token's lifetime, as in AWS's provider, all nodes that started together would send requests
    /// together. If that time has passed, and for a login, which has none, it is half of the remaining time: a token
    /// must outlive the pull that it is returned for.
    /// </summary>
    public static TimeSpan CacheDuration(CachedToken token, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return token.Origin == TokenOrigin.Fetched && token.IsFresh(seconds)
            ? TimeSpan.FromSeconds(token.RenewAt - seconds)
            : TimeSpan.FromSeconds((token.ExpiresAt - seconds) / 2.0);
    }

    /// <summary>Formats a Go duration such as <c>6h0m0s</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        long seconds = Math.Max(0, (long)span.TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s");
    }
}
