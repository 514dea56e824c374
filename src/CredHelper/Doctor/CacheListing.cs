using System.Globalization;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Platform;

namespace CredHelper.Doctor;

/// <summary>The cached tokens of every identity, without a secret.</summary>
internal static class CacheListing
{
    public static IReadOnlyList<CachedToken> Of(EnvironmentSnapshot environment) =>
        TokenCache.OpenExisting(environment) is { } cache
            ? [.. cache.Entries().Select(entry => entry.Token).OrderBy(token => token.Registry, StringComparer.Ordinal)]
            : [];

    /// <summary>Registry, source, age, renewal and end in one line.</summary>
    public static string Line(CachedToken token, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return $"{token.Registry}: {token.Source}, {Math.Max(0, seconds - token.IssuedAt) / 60} min old, "
            + $"{StateOf(token, seconds)}, "
            + $"ends {Time(token.ExpiresAt)}";
    }

    private static string StateOf(CachedToken token, long seconds)
    {
        if (!token.IsValid(seconds))
            return "expired";
        return token.IsFresh(seconds) ? $"renewed after {Time(token.RenewAt)}" : "renewed with the next get";
    }

    public static void Write(Utf8JsonWriter writer, EnvironmentSnapshot environment)
    {
        writer.WriteStartArray("cache");
        foreach (CachedToken token in Of(environment))
        {
            writer.WriteStartObject();
            writer.WriteString("registry", token.Registry);
            writer.WriteString("source", token.Source);
            writer.WriteString("issued", Time(token.IssuedAt));
            writer.WriteString("renewal", Time(token.RenewAt));
            writer.WriteString("expires", Time(token.ExpiresAt));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static string Time(long seconds) =>
        DateTimeOffset
            .FromUnixTimeSeconds(Math.Clamp(seconds, 0, 253402300799))
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
