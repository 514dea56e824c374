using CredHelper.Fleet;
using CsCheck;

namespace CredHelper.Tests.Fleet;

/// <summary>The limit that all simulated hosts share.</summary>
public sealed class ThrottlingBucketTests
{
    [Fact]
    public void GrantsABurstAndThenItsRate()
    {
        var bucket = new TokenBucket(200, 20);
        Assert.Equal(200, Enumerable.Range(0, 1000).Count(_ => bucket.TryTake(TimeSpan.Zero)));
        Assert.Equal(20, Enumerable.Range(0, 1000).Count(_ => bucket.TryTake(TimeSpan.FromSeconds(1))));
        Assert.Equal(200, Enumerable.Range(0, 1000).Count(_ => bucket.TryTake(TimeSpan.FromHours(1))));
    }

    [Fact]
    public void NeverGrantsOverItsRateWhateverIsAsked() =>
        Gen.Int[0, 2000]
            .Array[1, 500]
            .Sample(pauses =>
            {
                var bucket = new TokenBucket(10, 2);
                var granted = new List<TimeSpan>();
                TimeSpan now = TimeSpan.Zero;
                foreach (int pause in pauses)
                {
                    now += TimeSpan.FromMilliseconds(pause / 10);
                    if (bucket.TryTake(now))
                        granted.Add(now);
                }
                for (int first = 0; first < granted.Count; first++)
                {
                    for (int last = first; last < granted.Count; last++)
                        Assert.True(last - first + 1 <= 10 + 2 * (granted[last] - granted[first]).TotalSeconds + 1e-6);
                }
            });
}
