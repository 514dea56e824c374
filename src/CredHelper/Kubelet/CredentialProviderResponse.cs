using System.Globalization;
using CredHelper.Cache;
using CredHelper.Diagnostics;

namespace CredHelper.Kubelet;

/// <summary>The answer, which the kubelet decodes strictly: these fields and no other.</summary>
internal static class CredentialProviderResponse
{
    /// <param name="host">The registry as the image names it.</param>
    /// <param name="login">Null: nothing for this image.</param>
    /// <param name="kept">How long the kubelet may keep it.</param>
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
    /// How long the kubelet may answer in our place. Until the token's own renewal time, which no two nodes share: at
    /// half of its life, as AWS's provider says, all nodes that started together would ask together. Half of what is
    /// left where that time is past, and for a login, which has none: a token that is handed out must outlive the pull.
    /// </summary>
    public static TimeSpan CacheDuration(CachedToken token, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return token.Origin == TokenOrigin.Fetched && token.IsFresh(seconds)
            ? TimeSpan.FromSeconds(token.RenewAt - seconds)
            : TimeSpan.FromSeconds((token.ExpiresAt - seconds) / 2.0);
    }

    /// <summary>A Go duration, as <c>6h0m0s</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        long seconds = Math.Max(0, (long)span.TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s");
    }
}
