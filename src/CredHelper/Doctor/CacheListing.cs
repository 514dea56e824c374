using System.Globalization;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Diagnostics;
using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Doctor;

/// <summary>The cached tokens of every identity, without a secret.</summary>
internal static class CacheListing
{
    public static IReadOnlyList<CachedToken> Of(EnvironmentSnapshot environment) =>
        TokenCache.OpenExisting(environment) is { } cache
            ? [.. cache.Entries().Select(entry => entry.Token).OrderBy(token => token.Registry, StringComparer.Ordinal)]
            : [];

    /// <summary>Formats registry, source, age, renewal and expiry of a token on one line.</summary>
    public static string Line(CachedToken token, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return $"{token.Registry}: {token.Source}, {Math.Max(0, seconds - token.IssuedAt) / 60} min old, "
            + $"{StateOf(token, seconds)}, "
            + $"expires {JsonOutput.Time(token.ExpiresAt)}"
            + DependenciesOf(token);
    }

    /// <summary>
    /// Inputs that must not change while the token is used, besides AWS_* variables and the configuration.
    /// </summary>
    private static string DependenciesOf(CachedToken token) =>
        token.Dependencies.Length == 0 ? "" : $", depends on {string.Join(" and ", token.Inputs)}";

    /// <summary>The same line with relative times.</summary>
    public static string RelativeLine(CachedToken token, DateTimeOffset now) =>
        $"{token.Registry}: {token.Source}, issued {Ago(token, now)}, "
        + $"{(token.IsValid(now.ToUnixTimeSeconds()) ? "renewed " : "")}{Renewal(token, now)}, "
        + $"expires {RelativeTime.Around(Until(token.ExpiresAt, now))}";

    /// <summary>The tokens as a table for a terminal.</summary>
    public static string Table(IEnumerable<CachedToken> tokens, DateTimeOffset now, TerminalStyle style)
    {
        var layout = new TextLayout(style);
        string[][] rows =
        [
            .. tokens.Select(token =>
                new[]
                {
                    token.Registry,
                    token.Source,
                    Ago(token, now),
                    Renewal(token, now),
                    RelativeTime.Around(Until(token.ExpiresAt, now)),
                }
            ),
        ];
        TextTable.Add(layout, ["REGISTRY", "SOURCE", "ISSUED", "RENEWED", "EXPIRES"], rows);
        return layout.ToString();
    }

    /// <summary>Writes the member <c>cache</c> (docs/reference/schemas/cache-list.json).</summary>
    public static void Write(Utf8JsonWriter writer, EnvironmentSnapshot environment, DateTimeOffset now)
    {
        writer.WriteStartArray("cache");
        foreach (CachedToken token in Of(environment))
            token.Write(writer, now);
        writer.WriteEndArray();
    }

    private static string StateOf(CachedToken token, long seconds)
    {
        if (!token.IsValid(seconds))
            return "expired";
        return token.IsFresh(seconds) ? $"renewed after {JsonOutput.Time(token.RenewAt)}" : "renewed with the next get";
    }

    private static string Renewal(CachedToken token, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        if (!token.IsValid(seconds))
            return "expired";
        if (token.Origin == TokenOrigin.Login)
            return "never";
        return token.IsFresh(seconds) ? RelativeTime.Around(Until(token.RenewAt, now)) : "with the next get";
    }

    private static string Ago(CachedToken token, DateTimeOffset now) => RelativeTime.Ago(-Until(token.IssuedAt, now));

    private static TimeSpan Until(long seconds, DateTimeOffset now) =>
        TimeSpan.FromSeconds(seconds - now.ToUnixTimeSeconds());
}
