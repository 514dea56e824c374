namespace CredHelper.Fleet;

/// <summary>What is counted while a fleet runs.</summary>
internal sealed class FleetCount(FleetPlan plan)
{
    private readonly Dictionary<long, int> _perSecond = [];
    private readonly List<TimeSpan> _failures = [];
    private readonly List<TimeSpan> _firstTokens = [];
    private int _waiting;
    private int _behind;

    public long Gets { get; set; }

    /// <summary>Requests to AWS, retries included.</summary>
    public long Requests { get; private set; }

    public long Throttled { get; private set; }

    /// <summary>Requests while AWS was lost.</summary>
    public long Unanswered { get; private set; }

    public TimeSpan LongestWait { get; private set; }

    /// <summary>The most gets that wait for AWS at one moment.</summary>
    public int MostWaiting { get; private set; }

    /// <summary>From the first get that failed to the end of the first that did not.</summary>
    public TimeSpan LongestWithoutToken { get; private set; }

    /// <summary>Hosts whose first get failed.</summary>
    public int FailedStarts { get; private set; }

    /// <summary>Since AWS came back, until no host had a call to make good.</summary>
    public TimeSpan? Recovery { get; private set; }

    /// <summary>When the last host had its first token; null where one never had.</summary>
    public TimeSpan? AllHaveTokens => _firstTokens.Count == plan.Hosts ? _firstTokens.Max() : null;

    public long FailedGets(TimeSpan from, TimeSpan until) => _failures.LongCount(at => at >= from && at < until);

    /// <summary>The most requests that reached AWS in one second.</summary>
    public int Peak(TimeSpan from, TimeSpan until) =>
        _perSecond
            .Where(second => second.Key >= from.TotalSeconds && second.Key < until.TotalSeconds)
            .Select(second => second.Value)
            .DefaultIfEmpty()
            .Max();

    public void Request(TimeSpan now, SimulatedAws.Answer answer)
    {
        Requests++;
        if (answer == SimulatedAws.Answer.Throttled)
            Throttled++;
        if (answer is SimulatedAws.Answer.Failed or SimulatedAws.Answer.None)
        {
            Unanswered++;
            return;
        }
        long second = (long)now.TotalSeconds;
        _perSecond[second] = _perSecond.GetValueOrDefault(second) + 1;
    }

    public void BeginsToWait() => MostWaiting = Math.Max(MostWaiting, ++_waiting);

    public void EndsToWait(TimeSpan wait)
    {
        _waiting--;
        if (wait > LongestWait)
            LongestWait = wait;
    }

    public void FailedGet(TimeSpan now, bool first)
    {
        _failures.Add(now);
        if (first)
            FailedStarts++;
    }

    /// <summary>A host has a token, after so long without.</summary>
    public void HasToken(TimeSpan now, TimeSpan without, bool first)
    {
        if (without > LongestWithoutToken)
            LongestWithoutToken = without;
        if (first)
            _firstTokens.Add(now);
    }

    /// <summary>A cache's last call failed, or one has made that good.</summary>
    public void IsBehind(TimeSpan now, bool behind)
    {
        _behind += behind ? 1 : -1;
        if (_behind == 0 && plan.Loss != Loss.None && now >= plan.LostUntil)
            Recovery ??= now - plan.LostUntil;
    }

    /// <summary>All of it, to compare one run with another.</summary>
    public string Summary =>
        string.Join(
            ' ',
            Gets,
            Requests,
            Throttled,
            Unanswered,
            LongestWait,
            MostWaiting,
            LongestWithoutToken,
            FailedStarts,
            Recovery,
            AllHaveTokens,
            string.Join(',', _failures),
            string.Join(',', _perSecond)
        );
}
