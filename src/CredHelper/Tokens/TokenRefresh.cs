using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Tokens;

/// <summary>
/// Gets a token after a cache miss: take the lock, check the cache again, call AWS, store the token. A token due for
/// renewal is renewed within a short deadline and used further if that fails; an expired token is never returned.
/// </summary>
internal sealed class TokenRefresh(HelperContext context, TokenCache? cache, ITokenIssuer issuer)
{
    /// <summary>The time limit to renew a token that is still valid.</summary>
    private static readonly TimeSpan RenewalDeadline = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Random numbers that spread requests of hosts and processes over time. A simulation of many hosts passes its own
    /// to be repeatable.
    /// </summary>
    public Random Random { get; init; } = Random.Shared;

    /// <exception cref="HelperException">No token can be fetched.</exception>
    public async Task<CachedToken> GetAsync(EcrRegistry registry, CancellationToken cancellationToken)
    {
        if (cache is null)
            return CachedTokenOf(await issuer.IssueAsync(registry, cancellationToken), registry, "");

        CacheKey cacheKey = context.KeyIn(cache);
        var place = new Place(cache, registry, cacheKey, cacheKey.KeyOf(registry));
        CachedToken? known = Look(place);
        if (known is not null && known.IsFresh(Seconds))
            return Serve(place, known);
        context.Log.Write($"{place.Registry}: {WhyNotServed(known)}");
        if (known is not null && known.IsValid(Seconds))
            return await RenewAsync(place, known, cancellationToken);

        FailureRecord? failure = FailureOf(place);
        if (
            failure is { FailureKind: FailureKind.Timeout or FailureKind.Unreachable or FailureKind.MetadataTimeout }
            && failure.IsWithin(FailureRecord.OutagePause, context.Now)
        )
        {
            throw Remembered(failure);
        }

        return await FetchOnceAsync(place, failure, cancellationToken);
    }

    /// <summary>
    /// Requests a token for the registry of the caller's own account in a region, and caches it under that registry.
    /// </summary>
    /// <param name="region">The region of the registry.</param>
    /// <param name="keeps">False if another identity is chosen for the registry, which must not get this token.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<EcrRegistry> GetOwnAsync(
        string region,
        Func<EcrRegistry, bool> keeps,
        CancellationToken cancellationToken
    )
    {
        IssuedToken issued = await issuer.IssueOwnAsync(region, cancellationToken);
        if (cache is not null && keeps(issued.Registry))
        {
            CacheKey cacheKey = context.KeyIn(cache);
            var place = new Place(cache, issued.Registry, cacheKey, cacheKey.KeyOf(issued.Registry));
            // A login stored for this registry takes precedence over fetched tokens.
            if (Look(place)?.IsFresh(Seconds) != true)
                Keep(place, issued);
        }
        return issued.Registry;
    }

    /// <summary>Describes a cached token for the log: its age, times and source, without the secret.</summary>
    public static string Words(CachedToken token, DateTimeOffset now)
    {
        TimeSpan age = TimeSpan.FromSeconds(now.ToUnixTimeSeconds() - token.IssuedAt);
        return $"cache hit: token issued {RelativeTime.Ago(age)}, renewed after {JsonOutput.Time(token.RenewAt)}, "
            + $"expires {JsonOutput.Time(token.ExpiresAt)}; source: {token.Source}";
    }

    private CachedToken Serve(Place place, CachedToken token)
    {
        context.Log.Write($"{place.Registry}: {Words(token, context.Now)}");
        return token;
    }

    private string WhyNotServed(CachedToken? known)
    {
        if (known is null)
            return "cache miss: no token of this identity";
        return known.IsValid(Seconds)
            ? $"cached token due for renewal since {JsonOutput.Time(known.RenewAt)}"
            : $"cache miss: the cached token expired at {JsonOutput.Time(known.ExpiresAt)}";
    }

    private long Seconds => context.Now.ToUnixTimeSeconds();

    /// <summary>The entry of one registry under one identity.</summary>
    private sealed record Place(TokenCache Cache, EcrRegistry Registry, CacheKey Identity, string Key);

    private CachedToken? Look(Place place) => place.Cache.Find(place.Registry, place.Identity, context.Caller);

    /// <summary>Returns the last failure of a call with the same inputs; that of another job does not count.</summary>
    private FailureRecord? FailureOf(Place place) =>
        place.Cache.FindFailure(place.Key) is { } failure && failure.Scope == ScopeOf(place) ? failure : null;

    private string? ScopeOf(Place place) => place.Cache.ScopeOf(issuer.InputsIn(place.Registry.Region), context.Caller);

    private async Task<CachedToken> FetchOnceAsync(
        Place place,
        FailureRecord? before,
        CancellationToken cancellationToken
    )
    {
        // Half of the deadline is reserved for our own call. The random part keeps processes that stop waiting from
        // calling at the same time.
        TimeSpan patience = context.Settings.GetDeadline * (0.4 + 0.1 * Random.NextDouble());
        using RefreshLock? held = await RefreshLock.TakeAsync(
            place.Cache.Directory,
            place.Key,
            patience,
            context.Time,
            Random,
            cancellationToken
        );
        if (Look(place) is { } known && known.IsValid(Seconds))
            return Serve(place, known);
        // A different record than before means that the holder of the lock failed while we waited. Clocks are not
        // compared, because they may be set.
        if (FailureOf(place) is { } failure && failure != before)
            throw new HelperException(failure.FailureKind, failure.Message, failure.Hint);
        context.Log.Write(
            held is null
                ? $"{place.Registry}: another process has not fetched a token yet; requesting one from AWS, too"
                : $"{place.Registry}: requesting a token from AWS"
        );
        return await IssueAsync(place, context.Settings.GetDeadline, cancellationToken);
    }

    private async Task<CachedToken> RenewAsync(Place place, CachedToken current, CancellationToken cancellationToken)
    {
        // A login takes precedence over a fetched token. If it seems due, the clock was set back.
        if (current.Origin == TokenOrigin.Login)
            return Serve(place, current);
        if (FailureOf(place)?.IsWithin(FailureRecord.RefreshPause, context.Now) == true)
        {
            context.Log.Write($"{place.Registry}: the last renewal failed recently; using the current token");
            return Serve(place, current);
        }
        using RefreshLock? held = await RefreshLock.TakeAsync(
            place.Cache.Directory,
            place.Key,
            TimeSpan.Zero,
            context.Time,
            Random,
            cancellationToken
        );
        if (held is null)
        {
            context.Log.Write($"{place.Registry}: another process is renewing it");
            return Serve(place, Look(place) ?? current);
        }
        if (Look(place) is { } renewed && renewed.IsFresh(Seconds))
            return Serve(place, renewed);

        TimeSpan deadline =
            context.Settings.GetDeadline / 2 < RenewalDeadline ? context.Settings.GetDeadline / 2 : RenewalDeadline;
        using var soon = new CancellationTokenSource(deadline, context.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, soon.Token);
        try
        {
            return await IssueAsync(place, deadline, end.Token);
        }
        catch (HelperException exception)
        {
            context.Log.Write($"{place.Registry}: renewal failed, using the current token: {exception.Message}");
            return Serve(place, current);
        }
    }

    private async Task<CachedToken> IssueAsync(Place place, TimeSpan deadline, CancellationToken cancellationToken)
    {
        IssuedToken issued;
        try
        {
            // Not every operation reacts to its cancellation (a name lookup that hangs), and an expired deadline must
            // be recorded in any case.
            issued = await EndedBy(issuer.IssueAsync(place.Registry, cancellationToken), cancellationToken);
        }
        catch (Exception exception)
            when (exception is TimeoutException or OperationCanceledException
                && cancellationToken.IsCancellationRequested
            )
        {
            HelperException overdue = Deadline.Overdue(deadline);
            Remember(place, overdue);
            throw overdue;
        }
        catch (HelperException exception)
        {
            Remember(place, exception);
            throw;
        }
        return Keep(place, issued);
    }

    /// <summary>
    /// Waits until shortly after the deadline, so that a cancelled call can report what it was waiting for.
    /// </summary>
    private async Task<T> EndedBy<T>(Task<T> work, CancellationToken cancellationToken)
    {
        TimeSpan moment = TimeSpan.FromMilliseconds(100);
        try
        {
            return await work.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The work may have ended at the same moment, and its own error is more precise.
            return await work.WaitAsync(moment, context.Time, CancellationToken.None);
        }
    }

    private CachedToken Keep(Place place, IssuedToken issued)
    {
        CachedToken token = CachedTokenOf(issued, place.Registry, place.Identity.Selector);
        try
        {
            if (MayKeep(place, token) && place.Cache.DigestsOf(issued.Dependencies, context.Caller) is { } dependencies)
            {
                place.Cache.Put(place.Key, token with { Dependencies = dependencies });
            }
            place.Cache.RemoveFailure(place.Key);
            place.Cache.Prune(context.Now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Log.Write($"{place.Registry}: not cached: {exception.Message}");
        }
        return token;
    }

    /// <summary>
    /// Does not store the token if the configuration changed during the call, or if a login was stored in the meantime.
    /// </summary>
    private bool MayKeep(Place place, CachedToken token) =>
        token.IsValid(Seconds)
        && context.KeyIn(place.Cache).KeyOf(place.Registry) == place.Key
        && !(Look(place) is { Origin: TokenOrigin.Login } login && login.IsValid(Seconds));

    private CachedToken CachedTokenOf(IssuedToken issued, EcrRegistry registry, string selector)
    {
        (long issuedAt, long renewAt, long expiresAt) = Renewal.Plan(context.Now, issued.Life, Random.NextDouble());
        return new CachedToken(
            issued.Registry.Host,
            selector,
            issued.Source,
            TokenOrigin.Fetched,
            issued.Username,
            issued.Secret,
            issuedAt,
            renewAt,
            expiresAt
        )
        {
            Alias = registry.Alias,
        };
    }

    private void Remember(Place place, HelperException failure)
    {
        try
        {
            string message = failure.IdentitySource is { } source ? $"{failure.Message} ({source})" : failure.Message;
            place.Cache.PutFailure(
                place.Key,
                new FailureRecord(
                    place.Registry.Host,
                    context.Now.ToUnixTimeMilliseconds(),
                    failure.Kind,
                    message,
                    failure.Hint
                )
                {
                    Scope = ScopeOf(place) ?? FailureRecord.UnknownScope,
                }
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Log.Write($"{place.Registry}: the failure was not recorded: {exception.Message}");
        }
    }

    private HelperException Remembered(FailureRecord failure)
    {
        double age = (context.Now.ToUnixTimeMilliseconds() - failure.At) / 1000.0;
        return new HelperException(
            failure.FailureKind,
            $"{failure.Message} (failed {age:0} s ago; next attempt after "
                + $"{FailureRecord.OutagePause.TotalSeconds:0} s)",
            failure.Hint
        );
    }
}
