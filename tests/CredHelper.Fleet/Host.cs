using CredHelper.Errors;
using CredHelper.Kubelet;

namespace CredHelper.Fleet;

/// <summary>A host that pulls at equal intervals, and asks for credentials each time.</summary>
internal sealed class Host(HostCache cache, FleetPlan plan, Timeline time, FleetCount count)
{
    private TimeSpan? _withoutSince;
    private TimeSpan _keptByKubelet;
    private bool _hadToken;

    /// <summary>Goes on to the next pull that is not answered at once.</summary>
    public void PullFrom(TimeSpan pull)
    {
        for (; pull < plan.Length; pull += plan.PullEvery)
        {
            count.Gets++;
            if (IsAnsweredAtOnce(pull))
                continue;
            time.At(pull, () => PullAsync(pull));
            return;
        }
    }

    /// <summary>
    /// By a token of the cache that is fresh, which is all that CachedAnswer asks of it, or by the kubelet without us.
    /// </summary>
    private bool IsAnsweredAtOnce(TimeSpan pull) =>
        plan.Kubelet ? pull < _keptByKubelet : cache.Kept?.IsFresh(time.SecondsAt(pull)) == true;

    private async Task PullAsync(TimeSpan pull)
    {
        if (CachedAnswer.Find(HostCache.Registry.Host, cache.Environment, time.GetUtcNow()) is not null)
            HasToken();
        else
            await AskAsync();
        PullFrom(pull + plan.PullEvery);
    }

    private async Task AskAsync()
    {
        TimeSpan start = time.Elapsed;
        count.BeginsToWait();
        try
        {
            await cache.GetAsync();
            HasToken();
        }
        catch (HelperException)
        {
            count.FailedGet(time.Elapsed, first: !_hadToken && _withoutSince is null);
            _withoutSince ??= start;
        }
        count.EndsToWait(time.Elapsed - start);
    }

    private void HasToken()
    {
        count.HasToken(time.Elapsed, _withoutSince is { } since ? time.Elapsed - since : TimeSpan.Zero, !_hadToken);
        _withoutSince = null;
        _hadToken = true;
        if (plan.Kubelet)
            _keptByKubelet = time.Elapsed + CredentialProviderResponse.CacheDuration(cache.Kept!, time.GetUtcNow());
    }
}
