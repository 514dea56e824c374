using CredHelper.Cache;
using CsCheck;

namespace CredHelper.Tests.Cache;

/// <summary>When a token is renewed and when it expires.</summary>
public sealed class RenewalTests
{
    private static readonly DateTimeOffset Now = Clock.Noon;

    [Fact]
    public void LiesBetween45And65PercentOfTheLife() =>
        Gen.Select(Gen.Int[600, 12 * 3600], Gen.Double[0, 1])
            .Sample(given =>
            {
                (int life, double draw) = given;
                (long issued, long renew, long expires) = Renewal.Plan(Now, TimeSpan.FromSeconds(life), draw);
                Assert.Equal(Now.ToUnixTimeSeconds(), issued);
                Assert.Equal(issued + life, expires);
                Assert.InRange(renew - issued, Math.Floor(life * 0.45), Math.Ceiling(life * 0.65));
            });

    [Fact]
    public void IsDrawnEvenlyOverTheWholeWindow()
    {
        Assert.Equal(4500, RenewAfter(10_000, 0));
        Assert.Equal(5500, RenewAfter(10_000, 0.5));
        Assert.Equal(6500, RenewAfter(10_000, 1));
    }

    [Fact]
    public async Task DiffersBetweenHosts()
    {
        var times = new HashSet<long>();
        for (int i = 0; i < 10; i++)
        {
            using var host = new Situation();
            times.Add((await host.GetAsync()).RenewAt);
        }
        Assert.InRange(times.Count, 5, 10);
    }

    [Theory]
    [InlineData(43_200, 43_200)]
    [InlineData(43_201, 43_200)]
    [InlineData(long.MaxValue / 10_000_000, 43_200)]
    public void OfALongerLifeThanEcrGivesIsClampedToTwelveHours(long life, long kept) =>
        Assert.Equal(Now.ToUnixTimeSeconds() + kept, Renewal.Plan(Now, TimeSpan.FromSeconds(life), 0).ExpiresAt);

    [Fact]
    public void OfALifeThatIsOverLiesInThePast() =>
        Assert.InRange(
            Renewal.Plan(Now, TimeSpan.FromSeconds(-100), 0.5).ExpiresAt,
            long.MinValue,
            Now.ToUnixTimeSeconds() - 1
        );

    [Fact]
    public void LeavesTheTokenFreshUntilThenAndValidUntilItsEnd()
    {
        CachedToken token = Sample.Token(0);
        Assert.True(token.IsFresh(token.RenewAt - 1) && token.IsValid(token.RenewAt - 1));
        Assert.True(!token.IsFresh(token.RenewAt) && token.IsValid(token.RenewAt));
        Assert.True(!token.IsFresh(token.ExpiresAt) && !token.IsValid(token.ExpiresAt));
    }

    private static long RenewAfter(int life, double draw) =>
        Renewal.Plan(Now, TimeSpan.FromSeconds(life), draw).RenewAt - Now.ToUnixTimeSeconds();
}
