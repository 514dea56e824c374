using CredHelper.Cache;
using CredHelper.Fleet;
using CredHelper.Tests.Processes;

namespace CredHelper.Tests.Fleet;

/// <summary>Many hosts with the program's own rules (docs/dev/scale.md), on few hosts and in short.</summary>
// Children of other tests would have its locks open for a moment.
[Collection(nameof(Alone))]
public sealed class FleetTests
{
    private static readonly FleetPlan Hundred = new() { Hosts = 100 };
    private static readonly FleetPlan Thousand = new() { Hosts = 1_000, Length = TimeSpan.FromHours(14) };

    [Fact]
    public void EndsTheSameWithTheSameSeedAlone()
    {
        FleetPlan plan = Hundred with
        {
            StartWithin = TimeSpan.FromSeconds(1),
            BucketSize = 20,
            HostsPerCache = 3,
            Length = TimeSpan.FromHours(14),
        };
        string once = FleetRun.Of(plan).Summary;
        Assert.Equal(once, FleetRun.Of(plan).Summary);
        Assert.NotEqual(once, FleetRun.Of(plan with { Seed = 2 }).Summary);
    }

    [Fact]
    public void OfAHundredHasNoFailureAndNoThrottling()
    {
        FleetCount count = FleetRun.Of(Hundred);
        Assert.Equal(100 * 72 * 12, count.Gets);
        Assert.Equal((0, 0), (count.FailedGets(TimeSpan.Zero, Hundred.Length), count.Throttled));
        // One to begin with, and one for each 45 to 65 % of twelve hours.
        Assert.InRange(count.Requests, 100 * (1 + 72 / 7.9), 100 * (1 + 72 / 5.4));
    }

    [Fact]
    public void RenewsFarFromTogetherWithJitter()
    {
        var fromThen = TimeSpan.FromHours(1);
        int with = FleetRun.Of(Thousand).Peak(fromThen, Thousand.Length);
        int without = FleetRun.Of(Thousand with { Jitter = false }).Peak(fromThen, Thousand.Length);
        Assert.InRange(with, 1, without / 3);
    }

    [Fact]
    public void WithoutJitterRenewsAtHalfOfTheLife() =>
        Assert.Equal(
            6 * 3600,
            Renewal.Plan(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(12), HostCache.HalfLife.Draw).RenewAt
        );

    [Fact]
    public void IsKeptApartByTheKubeletToo()
    {
        FleetPlan nodes = Thousand with { Kubelet = true };
        FleetCount count = FleetRun.Of(nodes);
        Assert.InRange(count.Peak(TimeSpan.FromHours(1), nodes.Length), 1, 8);
        Assert.Equal(0, count.FailedGets(TimeSpan.Zero, nodes.Length));
    }

    [Fact]
    public void DoesNotNoticeAnHourWithoutAws()
    {
        FleetPlan lost = Thousand with { Hosts = 100, Loss = Loss.NoConnection, LostFrom = TimeSpan.FromHours(6) };
        FleetCount count = FleetRun.Of(lost);
        Assert.Equal(0, count.FailedGets(TimeSpan.Zero, lost.Length));
        Assert.InRange(count.Unanswered, 1, 10_000);
        // What a renewal may take; the token of before is handed out then.
        Assert.Equal(TimeSpan.FromSeconds(3), count.LongestWait);
        Assert.InRange(count.Recovery!.Value, TimeSpan.Zero, lost.PullEvery);
    }

    [Fact]
    public void WithoutTokensWaitsForAwsAndHasThemWhenItIsBack()
    {
        FleetPlan lost = Hundred with
        {
            Length = TimeSpan.FromHours(2),
            Loss = Loss.NoConnection,
            LostFrom = TimeSpan.Zero,
        };
        FleetCount count = FleetRun.Of(lost);
        Assert.Equal(100 * 12, count.FailedGets(TimeSpan.Zero, lost.Length));
        Assert.InRange(count.LongestWait, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10));
        Assert.InRange(count.AllHaveTokens!.Value, lost.LostUntil, lost.LostUntil + lost.PullEvery);
    }

    [Fact]
    public void ThatSharesCachesMakesOneCallForEach()
    {
        FleetPlan shared = Hundred with
        {
            HostsPerCache = 10,
            StartWithin = TimeSpan.FromMilliseconds(50),
            Length = TimeSpan.FromHours(5),
        };
        Assert.Equal(10, FleetRun.Of(shared).Requests);
    }

    [Fact]
    public void IsTheOneOfTheDocument()
    {
        // Rows of few hosts from each table: the others come of the same code and take minutes.
        string document = Repository.Read("docs", "dev", "scale.md");
        foreach (Tables.Table table in Tables.All)
        {
            Assert.Contains(table.Head, document, StringComparison.Ordinal);
            for (int row = 0; row < table.Rows.Length; row++)
            {
                if (table.Rows[row].Plan.Hosts <= 500)
                    Assert.Contains(table.Row(row), document, StringComparison.Ordinal);
            }
        }
    }
}
