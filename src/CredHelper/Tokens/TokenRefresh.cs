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
/// The way from a miss to a token: lock, look again, ask AWS, keep. A due token is renewed within a short deadline and
/// serves on where that fails; an expired one is never handed out.
/// </summary>
internal sealed class TokenRefresh(HelperContext context, TokenCache? cache, ITokenIssuer issuer)
{
    /// <summary>A token that still serves is not worth a long wait for the next one.</summary>
    private static readonly TimeSpan RenewalDeadline = TimeSpan.FromSeconds(3);

    /// <summary>
    /// What keeps hosts and processes apart from each other; a simulation of many wants the same each time.
    /// </summary>
    public Random Random { get; init; } = Random.Shared;

    /// <exception cref="HelperException">No token is to be had.</exception>
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
            && failure.IsWithin(FailureRecord.OutageMemory, context.Now)
        )
        {
            throw Remembered(failure);
        }

        return await FetchOnceAsync(place, failure, cancellationToken);
    }

    /// <summary>
    /// Asks AWS for the registry of the caller's own account in a region, and keeps the answer as that registry's.
    /// </summary>
    /// <param name="region">Where to ask.</param>
    /// <param name="keeps">False for a registry that another identity is chosen for: its token is not this one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
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
            // A login that somebody made for this registry outranks what we fetch.
            if (Look(place)?.IsFresh(Seconds) != true)
                Keep(place, issued);
        }
        return issued.Registry;
    }

    /// <summary>A cached token for the log: its age, its times and its source; no secret.</summary>
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

    /// <summary>One registry's entry under one identity.</summary>
    private sealed record Place(TokenCache Cache, EcrRegistry Registry, CacheKey Identity, string Key);

    private CachedToken? Look(Place place) => place.Cache.Find(place.Registry, place.Identity, context.Caller);

    /// <summary>The last failure of a call with the same inputs: another job's does not count.</summary>
    private FailureRecord? FailureOf(Place place) =>
        place.Cache.FindFailure(place.Key) is { } failure && failure.Scope == ScopeOf(place) ? failure : null;

    private string? ScopeOf(Place place) => place.Cache.ScopeOf(issuer.InputsIn(place.Registry.Region), context.Caller);

    private async Task<CachedToken> FetchOnceAsync(
        Place place,
        FailureRecord? before,
        CancellationToken cancellationToken
    )
    {
        // Half the deadline is left for a call of our own; the random part keeps those who give up from calling at
        // once.
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
        // Another record than before: the holder failed while we waited. Clocks are not compared, somebody may set
        // them.
        if (FailureOf(place) is { } failure && failure != before)
            throw new HelperException(failure.FailureKind, failure.Message, failure.Hint);
        context.Log.Write(
            held is null
                ? $"{place.Registry}: another process is slow to fetch; asking too"
                : $"{place.Registry}: asking AWS"
        );
        return await IssueAsync(place, context.Settings.GetDeadline, cancellationToken);
    }

    private async Task<CachedToken> RenewAsync(Place place, CachedToken current, CancellationToken cancellationToken)
    {
        // A login outranks what we could fetch; that it looks due is a clock that was set back.
        if (current.Origin == TokenOrigin.Login)
            return Serve(place, current);
        if (FailureOf(place)?.IsWithin(FailureRecord.RefreshPause, context.Now) == true)
        {
            context.Log.Write($"{place.Registry}: the last renewal has just failed");
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
            context.Log.Write($"{place.Registry}: another process renews it");
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
            context.Log.Write($"{place.Registry}: renewal failed, the token of before serves on: {exception.Message}");
            return Serve(place, current);
        }
    }

    private async Task<CachedToken> IssueAsync(Place place, TimeSpan deadline, CancellationToken cancellationToken)
    {
        IssuedToken issued;
        try
        {
            // Not all that a call waits for listens to its cancellation (a resolver that hangs), and a deadline that
            // passed is to be remembered all the same.
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
    /// Waits until a moment after the deadline: a call that listens can say then what it was waiting for.
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
            // Work that listens may have ended at the same time, and its own words are the better ones.
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
    /// Not where the configuration changed while AWS was asked, nor in place of a login that was made meanwhile.
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
            context.Log.Write($"{place.Registry}: the failure is not kept: {exception.Message}");
        }
    }

    private HelperException Remembered(FailureRecord failure)
    {
        double age = (context.Now.ToUnixTimeMilliseconds() - failure.At) / 1000.0;
        return new HelperException(
            failure.FailureKind,
            $"{failure.Message}; that was {age:0} s ago, and it is asked again "
                + $"{FailureRecord.OutageMemory.TotalSeconds:0} s after",
            failure.Hint
        );
    }
}
