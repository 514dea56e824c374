using System.Text.Json;
using CredHelper.CachedGet;
using CredHelper.Diagnostics;

namespace CredHelper.Cache;

/// <summary>Prints a cached token for <c>--json</c>, without its secret. The schema is cache-list.json.</summary>
internal static class CachedTokenJson
{
    public static void Write(this CachedToken token, Utf8JsonWriter writer, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        writer.WriteStartObject();
        writer.WriteString("registry", token.Registry);
        writer.WriteString("alias", token.Alias);
        writer.WriteString("source", token.Source);
        writer.WriteString("origin", token.Origin == TokenOrigin.Login ? "login" : "fetched");
        writer.WriteString("state", StateOf(token, seconds));
        writer.WriteString("issued", JsonOutput.Time(token.IssuedAt));
        writer.WriteString("renewal", JsonOutput.Time(token.RenewAt));
        writer.WriteString("expires", JsonOutput.Time(token.ExpiresAt));
        writer.WriteNumber("ageSeconds", Math.Max(0, seconds - token.IssuedAt));
        writer.WriteNumber("renewedInSeconds", token.RenewAt - seconds);
        writer.WriteNumber("expiresInSeconds", token.ExpiresAt - seconds);
        writer.WriteStartArray("dependsOn");
        foreach (Dependency input in token.Inputs)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", input.Word);
            writer.WriteString("name", input.Kind == DependencyKind.Environment ? null : input.Name);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string StateOf(CachedToken token, long seconds)
    {
        if (!token.IsValid(seconds))
            return "expired";
        return token.IsFresh(seconds) ? "fresh" : "due";
    }
}
