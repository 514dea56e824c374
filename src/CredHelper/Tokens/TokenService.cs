using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Tokens;

/// <summary>Tokens of ECR registries, for every verb and command that needs, stores or forgets one.</summary>
internal sealed class TokenService(HelperContext context)
{
    /// <summary>A login is given up this long before its token ends, so that no push is cut off half way.</summary>
    private static readonly TimeSpan EndsEarly = TimeSpan.FromMinutes(15);

    /// <summary>The life of an ECR token, for one that does not tell its own.</summary>
    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(12);

    /// <summary>A token from the cache or from AWS, for the identity that is configured for the registry.</summary>
    /// <exception cref="HelperException">No token is to be had.</exception>
    public CachedToken Get(EcrRegistry registry) => Get(registry, ChoiceFor(registry));

    /// <summary>The same; null if ECR Public is to be pulled from without credentials.</summary>
    /// <inheritdoc cref="Get(EcrRegistry)"/>
    public CachedToken? GetUnlessAnonymous(EcrRegistry registry) => GetUnlessAnonymous(registry, ChoiceFor(registry));

    /// <param name="registry">The registry.</param>
    /// <param name="choice">The identity, if it is not the configured one.</param>
    /// <inheritdoc cref="GetUnlessAnonymous(EcrRegistry)"/>
    public CachedToken? GetUnlessAnonymous(EcrRegistry registry, IdentityChoice choice)
    {
        try
        {
            return Get(registry, choice);
        }
        catch (HelperException exception) when (registry.ServesAnonymously && exception.IsWithoutIdentity)
        {
            // Anonymous pulls work there; no reason to complain.
            return null;
        }
    }

    /// <summary>
    /// Writes to the log which entry of the cache has answered a request, for an answer that was given without any of
    /// this.
    /// </summary>
    public void LogHit(EcrRegistry registry)
    {
        if (TokenCache.OpenExisting(context.Environment) is not { } cache)
            return;
        CacheKey cacheKey = context.KeyIn(cache);
        if (cache.Find(registry, cacheKey, context.Caller) is { } token)
            context.Log.Write($"{registry}: {TokenRefresh.Words(token, context.Now)}");
    }

    /// <summary>
    /// Keeps what <c>docker login</c> was given: it outranks fetched tokens until shortly before it expires.
    /// </summary>
    /// <exception cref="HelperException">It cannot be written; docker login must fail then.</exception>
    public void Store(EcrRegistry registry, Credential login)
    {
        // Without a cache the next get asks AWS, as it would have before the login: no failure.
        if (!context.Settings.StoresEcrLogins || context.OpenCache() is not { } cache)
            return;
        // `docker login` without arguments does a get and stores the answer: that is no login to keep.
        if (cache.Entries().Any(entry => IsFetched(entry.Token, registry, login.Secret)))
            return;
        CacheKey cacheKey = context.KeyIn(cache);
        string key = cacheKey.KeyOf(registry);
        try
        {
            if (cache.DigestsOf(InputsOfLogin(registry), context.Caller) is not { } dependencies)
                return;
            cache.Put(key, TokenOf(registry, login, cacheKey.Selector) with { Dependencies = dependencies });
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
    /// Forgets logins and cached tokens of a registry, whoever's they are and by whatever name it was asked for.
    /// </summary>
    public void Erase(EcrRegistry registry)
    {
        if (TokenCache.OpenExisting(context.Environment) is not { } cache)
            return;
        foreach ((string key, CachedToken token) in cache.Entries())
        {
            if (token.Registry != registry.Host)
                continue;
            cache.Remove(key);
            cache.RemoveFailure(key);
        }
    }

    /// <summary>
    /// Hosts that a get answers for: those with a cached token of this identity, those that the registry configuration
    /// names, and those that every caller with a region has.
    /// </summary>
    public IReadOnlySet<string> Hosts()
    {
        TokenCache? cache = context.OpenCache();
        CacheKey? cacheKey = cache is null ? null : context.KeyIn(cache);
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        if (cache is not null && cacheKey is not null)
        {
            long now = context.Now.ToUnixTimeSeconds();
            // The key says whose an entry is: it is the current identity's if its registry leads to the same key.
            hosts.UnionWith(
                cache
                    .Entries()
                    .Where(entry => entry.Token.IsValid(now) && cacheKey.KeyOf(entry.Token.Registry) == entry.Key)
                    .Where(entry => cache.IsOf(entry.Token, cacheKey, context.Caller))
                    .Select(entry => entry.Token.Registry)
            );
        }
        hosts.UnionWith(context.Configuration.LiteralHosts.Where(context.Configuration.Allows));
        hosts.UnionWith(new DefaultRegistries(context, cache, cacheKey).Hosts());
        hosts.RemoveWhere(host => context.Configuration.RouteFor(host) is not null);
        return hosts;
    }

    /// <summary>
    /// A login of one job must not be another's either, where variables decide who asks. It is the job's in whichever
    /// directory it works, and whatever becomes of the program that would have given credentials.
    /// </summary>
    private Dependency[] InputsOfLogin(EcrRegistry registry) =>
        [
            .. new EcrTokenIssuer(context, ChoiceFor(registry))
                .InputsIn(registry.Region)
                .Where(input => input.Kind is DependencyKind.Environment or DependencyKind.Variable),
        ];

    private IdentityChoice ChoiceFor(EcrRegistry registry) =>
        IdentityChoice.Of(registry, context.Configuration, context.Environment);

    private CachedToken Get(EcrRegistry registry, IdentityChoice choice)
    {
        if (!context.Configuration.Allows(registry))
        {
            throw new HelperException(
                FailureKind.Configuration,
                "the registry map does not allow this registry",
                $"add it to allow in [default] of {CacheKey.SystemRegistryMap} or ~/.ecr/config"
            );
        }
        var refresh = new TokenRefresh(context, context.OpenCache(), new EcrTokenIssuer(context, choice));
        return Deadline.Within(
            context.Settings.GetDeadline,
            cancellationToken => refresh.GetAsync(registry, cancellationToken)
        );
    }

    private static bool IsFetched(CachedToken token, EcrRegistry registry, string secret) =>
        token.Registry == registry.Host && token.Origin == TokenOrigin.Fetched && token.Secret == secret;

    private CachedToken TokenOf(EcrRegistry registry, Credential login, string selector)
    {
        long now = context.Now.ToUnixTimeSeconds();
        // ECR gives no longer life; a token that claims one comes from elsewhere, or our clock is behind.
        long latest = now + (long)UsualLife.TotalSeconds;
        long expiry = AuthorizationToken.ExpiryOf(login.Secret) ?? latest;
        long end = Math.Clamp(expiry, 0, latest) - (long)EndsEarly.TotalSeconds;
        return new CachedToken(
            registry.Host,
            selector,
            "docker login",
            TokenOrigin.Login,
            login.Username,
            login.Secret,
            now,
            end,
            end
        )
        {
            Alias = registry.Alias,
        };
    }
}
