using System.Globalization;
using System.Text;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Cli;

/// <summary><c>store</c>: what every <c>docker login</c> ends in. If it fails, the login fails.</summary>
internal static class StoreVerb
{
    /// <summary>A login is given up this long before its token ends, so that no push is cut off half way.</summary>
    private static readonly TimeSpan EndsEarly = TimeSpan.FromMinutes(15);

    /// <summary>The life of an ECR token, for one that does not tell its own.</summary>
    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(12);

    public static int Run(EnvironmentSnapshot environment)
    {
        // One byte past the limit is read so that too much can be told from just enough.
        Credential login = Credential.ParseStoreRequest(StandardStreams.ReadInput(Credential.MaxRequestLength).Span);
        HelperContext context = HelperContext.Start(environment);
        if (context.Settings.IgnoresCredsStorage)
            return 0;
        if (EcrRegistry.TryParse(login.ServerUrl, out EcrRegistry? registry))
            StoreToken(context, registry, login);
        else
            StoredCredentialVerbs.Store(context, login);
        return 0;
    }

    private static void StoreToken(HelperContext context, EcrRegistry registry, Credential login)
    {
        if (!context.Settings.StoresEcrLogins)
            return;
        // Without a cache the next get asks AWS, as it would have before the login: no failure.
        if (context.OpenCache() is not { } cache)
            return;
        CacheKey cacheKey = CacheKey.Compute(context.Caller, cache.Seed);
        // `docker login` without arguments does a get and stores the answer: that is no login to keep.
        if (
            cache
                .Entries()
                .Any(entry =>
                    entry.Token.Registry == registry.Host
                    && entry.Token.Origin == TokenOrigin.Fetched
                    && entry.Token.Secret == login.Secret
                )
        )
            return;

        long now = context.Now.ToUnixTimeSeconds();
        // ECR gives no longer life; a token that claims one comes from elsewhere, or our clock is behind.
        long latest = now + (long)UsualLife.TotalSeconds;
        long end = Math.Clamp(ExpiryIn(login.Secret) ?? latest, 0, latest) - (long)EndsEarly.TotalSeconds;
        var token = new CachedToken(
            registry.Host,
            cacheKey.Selector,
            "docker login",
            TokenOrigin.Login,
            login.Username,
            login.Secret,
            now,
            end,
            end
        );
        string key = cacheKey.KeyOf(registry);
        try
        {
            cache.Put(key, token);
            cache.RemoveFailure(key);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HelperException(
                FailureKind.Other,
                $"the login cannot be written to {cache.Directory}: {ForeignText.Clean(exception.Message)}",
                "nothing was changed; make room or set AWS_ECR_CACHE_DIR",
                exception
            );
        }
    }

    /// <summary>
    /// The end of an ECR token as it says itself: base64 of JSON with <c>expiration</c> in Unix seconds.
    /// </summary>
    private static long? ExpiryIn(string secret)
    {
        try
        {
            using JsonDocument token = JsonDocument.Parse(Convert.FromBase64String(secret));
            JsonElement expiration = token.RootElement.GetProperty("expiration");
            return expiration.ValueKind == JsonValueKind.Number
                ? expiration.GetInt64()
                : long.Parse(expiration.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentNullException
                        or OverflowException
            )
        {
            return null;
        }
    }
}
