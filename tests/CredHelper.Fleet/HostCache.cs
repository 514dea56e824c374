using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Fleet;

/// <summary>A cache directory as the program made it, with its one registry, for the hosts that share it.</summary>
internal sealed class HostCache
{
    public static readonly EcrRegistry Registry = EcrRegistry.OfAccount("123456789012", "eu-west-1");

    private readonly Timeline _time;
    private readonly Random _random;
    private readonly HelperContext _context;
    private readonly TokenCache _cache;
    private readonly SimulatedIssuer _issuer;
    private bool _behind;

    public HostCache(string directory, FleetPlan plan, Timeline time, SimulatedAws aws, FleetCount count, int seed)
    {
        _time = time;
        _random = plan.Jitter ? new Random(seed) : new HalfLife();
        var variables = new Dictionary<string, string> { ["HOME"] = directory };
        if (plan.Deadline is { } deadline)
            variables["AWS_ECR_TIMEOUT"] = deadline;
        Environment = new EnvironmentSnapshot(variables);
        _context = HelperContext.Start(Environment, time);
        _cache = _context.OpenCache() ?? throw new IOException($"there is no cache in {directory}");
        _issuer = new SimulatedIssuer(
            plan,
            time,
            aws,
            new Random(seed),
            issued =>
            {
                if (_behind == !issued)
                    return;
                _behind = !issued;
                count.IsBehind(time.Elapsed, _behind);
            }
        );
    }

    public EnvironmentSnapshot Environment { get; }

    /// <summary>What the directory holds.</summary>
    public CachedToken? Kept { get; private set; }

    /// <summary>As the program's own get goes to work where a cached token does not serve at once.</summary>
    /// <exception cref="HelperException">No token is to be had.</exception>
    public async Task GetAsync()
    {
        // As Invocation.Within, which waits by the system's clock.
        using var end = new CancellationTokenSource(_context.Settings.GetDeadline, _time);
        try
        {
            await new TokenRefresh(_context, _cache, _issuer) { Random = _random }.GetAsync(Registry, end.Token);
        }
        catch (OperationCanceledException)
        {
            throw Deadline.Overdue(_context.Settings.GetDeadline);
        }
        finally
        {
            Kept = _cache.Find(Registry, CacheKey.Compute(Environment, _cache.Seed), Environment);
        }
    }

    /// <summary>Without jitter: every token is renewed at half of its life, as AWS's helper does.</summary>
    internal sealed class HalfLife : Random
    {
        /// <summary>Where half lies between the earliest and the latest point of <see cref="Renewal"/>.</summary>
        public const double Draw = 0.25;

        public override double NextDouble() => Draw;
    }
}
