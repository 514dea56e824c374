using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Tokens;

/// <summary>Fetches, stores and removes tokens of ECR registries, for all verbs and commands.</summary>
internal sealed class TokenService(HelperContext context)
{
    /// <summary>A login is dropped this long before its token expires, so that no push is interrupted.</summary>
    private static readonly TimeSpan EndsEarly = TimeSpan.FromMinutes(15);

    /// <summary>The lifetime of an ECR token, used if a token does not contain its expiry.</summary>
    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(12);

    /// <summary>
    /// Returns a token from the cache or from AWS, for the identity that is configured for the registry.
    /// </summary>
    /// <exception cref="HelperException">No token can be fetched.</exception>
    public CachedToken Get(EcrRegistry registry) => Get(registry, ChoiceFor(registry));

    /// <summary>Returns a token; null if images of ECR Public are to be pulled anonymously.</summary>
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
            // Anonymous pulls work there, so this is not an error.
            return null;
        }
    }

    /// <summary>Logs the cache entry that answered a request before this class was used.</summary>
    public void LogHit(EcrRegistry registry)
    {
        if (TokenCache.OpenExisting(context.Environment) is not { } cache)
            return;
        CacheKey cacheKey = context.KeyIn(cache);
        if (cache.Find(registry, cacheKey, context.Caller) is { } token)
            context.Log.Write($"{registry}: {TokenRefresh.Words(token, context.Now)}");
    }

    /// <summary>
    /// Stores the token of a <c>docker login</c>, which takes precedence over fetched tokens until shortly before it
    /// expires.
    /// </summary>
    /// <exception cref="HelperException">It cannot be written, so docker login must fail.</exception>
    public void Store(EcrRegistry registry, Credential login)
    {
        // Without a cache the next get calls AWS, as it did before the login, so this is not an error.
        if (!context.Settings.StoresEcrLogins || context.OpenCache() is not { } cache)
            return;
        // `docker login` without arguments calls get and stores the response, which is not a login of the user.
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
                $"cannot write the login to {cache.Directory}: {ForeignText.Clean(exception.Message)}",
                "free some disk space or set AWS_ECR_CACHE_DIR; nothing was changed",
                exception
            );
        }
    }

    /// <summary>Removes logins and cached tokens of a registry, of all identities and under all its names.</summary>
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
    /// Returns the hosts that a get has credentials for: those with a cached token of this identity, those that the
    /// registry configuration names, and those of every caller with a region.
    /// </summary>
    public IReadOnlySet<string> Hosts()
    {
        TokenCache? cache = context.OpenCache();
        CacheKey? cacheKey = cache is null ? null : context.KeyIn(cache);
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        if (cache is not null && cacheKey is not null)
        {
            long now = context.Now.ToUnixTimeSeconds();
            // An entry belongs to the current identity if its registry leads to the same key.
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
    /// Returns the inputs of a login: if variables determine the identity, a login of one job must not be used in
    /// another. Within a job it applies in any directory, and regardless of the program that would otherwise provide
    /// credentials.
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
                "the registry configuration does not allow this registry",
                $"add it to allow in [default] of {CacheKey.RegistryConfigurationFiles}"
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
        // ECR issues no longer lifetimes; a token with a later expiry comes from elsewhere, or our clock is slow.
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
