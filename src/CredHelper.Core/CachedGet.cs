using CredHelper.Cache;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper;

/// <summary>
/// The whole of a cached <c>get</c>: a few small files are read and one line is written. No lock, no network, no SDK,
/// no
/// parser. Whatever is not an unquestionable hit is left to the slow way, which also says what is wrong.
/// </summary>
internal static class CachedGet
{
    /// <summary>The answer if a cached token serves without a look at AWS; null otherwise.</summary>
    public static Credential? Find(
        string serverUrl,
        EcrRegistry registry,
        EnvironmentSnapshot environment,
        DateTimeOffset now
    )
    {
        // Without a home the user database must be asked, which a static executable prepares for on the slow way.
        if (environment.Home is null || TokenCache.OpenExisting(environment) is not { } cache)
            return null;
        CacheKey cacheKey = CacheKey.Compute(environment, cache.Seed);
        if (cache.Find(registry, cacheKey, environment) is not { } token)
            return null;
        long seconds = now.ToUnixTimeSeconds();
        if (!token.IsFresh(seconds))
        {
            // Due for renewal: serve it all the same while a refresh that just failed is not worth another try.
            if (!token.IsValid(seconds))
                return null;
            if (cache.FindFailure(cacheKey.KeyOf(registry))?.IsWithin(FailureRecord.RefreshPause, now) != true)
                return null;
        }
        return new Credential(serverUrl, token.Username, token.Secret);
    }
}
