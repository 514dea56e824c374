using CredHelper.Cache;

namespace CredHelper.Tests.Cache;

/// <summary>The full lookup removes files that are no longer needed.</summary>
public sealed class TokenCachePruneTests : IDisposable
{
    private static readonly string Key = new('a', 32);
    private readonly Home _home = new();
    private readonly TokenCache _cache;
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    public TokenCachePruneTests() => _cache = _home.Cache();

    public void Dispose() => _home.Dispose();

    private void Age(string name, TimeSpan age) =>
        File.SetLastWriteTimeUtc(Path.Combine(_cache.Directory, name), (_now - age).UtcDateTime);

    private string[] AfterPruning()
    {
        _cache.Prune(_now, TimeSpan.FromMinutes(1));
        return Home.Records(_cache.Directory);
    }

    private void Write(string name, TimeSpan age, byte[]? content = null)
    {
        File.WriteAllBytes(Path.Combine(_cache.Directory, name), content ?? [1]);
        Age(name, age);
    }

    private CachedToken ExpiredFor(TimeSpan span) => Sample.Token((_now - span).ToUnixTimeSeconds() - 12 * 3600);

    [Fact]
    public void ThatExpiredLongAgoGo()
    {
        _cache.Put(Key, ExpiredFor(TimeSpan.FromHours(25)));
        Age(Key, TimeSpan.FromHours(37));
        Assert.Empty(AfterPruning());
    }

    [Fact]
    public void ThatExpiredJustNowStay()
    {
        _cache.Put(Key, ExpiredFor(TimeSpan.FromHours(23)));
        Age(Key, TimeSpan.FromHours(35));
        Assert.Equal([Key], AfterPruning());
    }

    [Fact]
    public void ThatStillServeStayHoweverOldTheFile()
    {
        _cache.Put(Key, Sample.Token(_now.ToUnixTimeSeconds()));
        Age(Key, TimeSpan.FromDays(400));
        Assert.Equal([Key], AfterPruning());
    }

    [Fact]
    public void ThatAreDamagedGoAfterADay()
    {
        Write(Key, TimeSpan.FromHours(23));
        Write(new string('b', 32), TimeSpan.FromHours(25));
        Assert.Equal([Key], AfterPruning());
    }

    [Fact]
    public void ThatTellOfAFailureGoAfterADay()
    {
        Write(Key + ".failure", TimeSpan.FromHours(23));
        Write(new string('b', 32) + ".failure", TimeSpan.FromHours(25));
        Assert.Equal([Key + ".failure"], AfterPruning());
    }

    [Fact]
    public void OfOtherKindsGoAfterAMonth()
    {
        // Otherwise one file for every session of every job would accumulate.
        Write(Key + ".own", TimeSpan.FromDays(29));
        Write(new string('b', 32) + ".own", TimeSpan.FromDays(31));
        Assert.Equal([Key + ".own"], AfterPruning());
    }

    [Fact]
    public void ThatWereLeftHalfWrittenGoAfterAMinute()
    {
        Write(".tmp-1", TimeSpan.FromSeconds(50));
        Write(".tmp-2", TimeSpan.FromSeconds(70));
        Assert.Equal([".tmp-1"], AfterPruning());
    }

    [Fact]
    public void ThatAreNotOursStay()
    {
        Write("README", TimeSpan.FromDays(4000));
        Write(new string('A', 32), TimeSpan.FromDays(4000));
        Assert.Equal(2, AfterPruning().Length);
    }

    [Fact]
    public void NeverTakeTheSeedOrALockWithThem()
    {
        Write("lock-00", TimeSpan.FromDays(4000));
        Age("seed", TimeSpan.FromDays(4000));
        _cache.Prune(_now);
        Assert.Equal(["lock-00", "seed"], Directory.EnumerateFiles(_cache.Directory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void ThatTakeTooLongAreLeftToTheNextOnes()
    {
        const int Many = 10 * PrivateDirectory.SweepAtLeast;
        for (int i = 0; i < Many; i++)
            Write(i.ToString("x32", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromDays(2));
        _cache.Prune(_now, TimeSpan.Zero);
        // The seed may or may not be one of the files that were checked.
        Assert.InRange(
            Home.Records(_cache.Directory).Length,
            Many - PrivateDirectory.SweepAtLeast,
            Many - PrivateDirectory.SweepAtLeast + 1
        );
        for (int i = 0; i < 1000 && Home.Records(_cache.Directory).Length > 0; i++)
            _cache.Prune(_now, TimeSpan.Zero);
        Assert.Empty(Home.Records(_cache.Directory));
    }

    [Fact]
    public void MayBeAThousand()
    {
        for (int i = 0; i < 1000; i++)
            Write(i.ToString("x32", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromDays(2));
        Assert.Empty(AfterPruning());
    }
}
