using CredHelper.Cache;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper;

/// <summary>
/// The whole of a cached <c>get</c>: a few small files are read and one line is written. No lock, no network, no SDK,
/// no parser. Whatever is not an unquestionable hit is left to the slow way, which also says what is wrong.
/// </summary>
internal static class CachedGet
{
    /// <summary>The answer if a cached token serves without a look at AWS; null otherwise.</summary>
    public static Credential? Find(string serverUrl, EnvironmentSnapshot environment, DateTimeOffset now)
    {
        // Without a home the user database must be asked, which a static executable prepares for on the slow way.
        if (environment.Home is null || TokenCache.OpenExisting(environment) is not { } cache)
            return null;
        CachedToken? token;
        string key;
        CacheKey cacheKey = CacheKey.Compute(environment, cache.Seed);
        if (EcrRegistry.TryParse(serverUrl, out EcrRegistry? registry))
        {
            key = cacheKey.KeyOf(registry);
            token = cache.Find(registry, cacheKey, environment);
        }
        // A name with a token in the cache is an alias, by the configuration that the cache key is made of.
        else if (ServerUrl.ServerName(serverUrl) is { } alias)
        {
            key = cacheKey.KeyOfAlias(alias);
            token = cache.FindAlias(alias, cacheKey, environment);
        }
        else
        {
            return null;
        }

        return token is not null && Serves(token, key, cache, now)
            ? new Credential(serverUrl, token.Username, token.Secret)
            : null;
    }

    private static bool Serves(CachedToken token, string key, TokenCache cache, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        if (token.IsFresh(seconds))
            return true;
        // Due for renewal: serve it all the same while a refresh that just failed is not worth another try.
        return token.IsValid(seconds) && cache.FindFailure(key)?.IsWithin(FailureRecord.RefreshPause, now) == true;
    }
}
