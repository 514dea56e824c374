using System.Diagnostics;
using CredHelper.Cache;
using CredHelper.Errors;

namespace CredHelper.Tests.Tokens;

/// <summary>A token that is still valid but due for renewal.</summary>
public sealed class TokenRefreshDueTests : IDisposable
{
    private readonly Situation _it = new();

    public TokenRefreshDueTests()
    {
        _it.Put(Sample.Token(_it.Clock.Seconds, "old"));
        _it.Clock.Now += TimeSpan.FromHours(7);
    }

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task IsLeftToTheSlowWayAndRefreshedOnce()
    {
        Assert.Null(_it.Hit());
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Equal("token 1", _it.Hit()?.Secret);
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Equal(1, _it.Aws.Calls);
    }

    [Theory]
    [InlineData("Other")]
    [InlineData("AccessDenied")]
    [InlineData("ExpiredCredentials")]
    [InlineData("NoCredentials")]
    [InlineData("Timeout")]
    [InlineData("Unreachable")]
    public async Task ServesOnWhereItsRefreshFails(string kind)
    {
        _it.Aws.Fail(Enum.Parse<FailureKind>(kind));
        Assert.Equal("old", await _it.SecretAsync());
        Assert.Equal("old", _it.Kept?.Secret);
    }

    [Fact]
    public async Task IsNotRefreshedForAMinuteAfterAFailure()
    {
        _it.Aws.Fail(FailureKind.Throttled);
        await _it.GetAsync();
        Assert.Equal("old", _it.Hit()?.Secret);
        _it.Clock.Now += TimeSpan.FromSeconds(59);
        Assert.Equal("old", _it.Hit()?.Secret);
        Assert.Equal("old", await _it.SecretAsync());
        Assert.Equal(1, _it.Aws.Calls);

        _it.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(_it.Hit());
        Assert.Equal("old", await _it.SecretAsync());
        Assert.Equal(2, _it.Aws.Calls);
    }

    [Fact]
    public async Task IsRefreshedWithinAShortDeadline()
    {
        using var hurried = new Situation(("AWS_ECR_TIMEOUT", "400ms"));
        hurried.Put(Sample.Token(hurried.Clock.Seconds - 7 * 3600, "old"));
        hurried.Aws.Hang();
        var watch = Stopwatch.StartNew();
        Assert.Equal("old", await hurried.SecretAsync());
        Assert.InRange(watch.ElapsedMilliseconds, 150, 3000);
        Assert.Equal(FailureKind.Timeout, hurried.Failure?.FailureKind);
        Assert.Contains("0.2 s", hurried.Failure?.Message, StringComparison.Ordinal);
        Assert.NotNull(hurried.Hit());
    }

    [Fact]
    public async Task ServesOnWhereAwsNeitherAnswersNorListens()
    {
        using var hurried = new Situation(("AWS_ECR_TIMEOUT", "400ms"));
        hurried.Put(Sample.Token(hurried.Clock.Seconds - 7 * 3600, "old"));
        hurried.Aws.HangDeaf();
        Assert.Equal("old", await hurried.SecretAsync());
        Assert.Equal(FailureKind.Timeout, hurried.Failure?.FailureKind);
    }

    [Fact]
    public async Task ServesAtOnceWhileAnotherProcessRefreshesIt()
    {
        using RefreshLock? other = await RefreshLock.TakeAsync(
            _it.Cache.Directory,
            _it.Key,
            TimeSpan.Zero,
            TimeProvider.System,
            Random.Shared,
            TestContext.Current.CancellationToken
        );
        var watch = Stopwatch.StartNew();
        Assert.Equal("old", await _it.SecretAsync());
        Assert.Equal(0, _it.Aws.Calls);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);
    }

    [Fact]
    public async Task IsNeverHandedOutOnceItIsExpired()
    {
        _it.Clock.Now += TimeSpan.FromHours(5);
        _it.Aws.Fail(FailureKind.Throttled);
        Assert.Null(_it.Hit());
        Assert.Equal(FailureKind.Throttled, (await _it.FailureAsync()).Kind);
        Assert.Null(_it.Hit());
    }

    [Fact]
    public async Task IsNotHandedOutByTheMemoryOfAFailureOnceItIsExpired()
    {
        _it.Clock.Now += TimeSpan.FromHours(5) - TimeSpan.FromSeconds(10);
        _it.Aws.Fail(FailureKind.Throttled);
        Assert.Equal("old", await _it.SecretAsync());
        Assert.NotNull(_it.Hit());
        _it.Clock.Now += TimeSpan.FromSeconds(10);
        Assert.Null(_it.Hit());
    }

    [Fact]
    public async Task ThatIsALoginServesUntilItsEndWhateverTheClockDid()
    {
        // If the clock is set back, a login seems to come from the future; it still takes precedence over a fetched
        // token.
        long end = _it.Clock.Seconds + 3600;
        _it.Put(
            Sample.Token(_it.Clock.Seconds, "login") with
            {
                Origin = TokenOrigin.Login,
                RenewAt = end,
                ExpiresAt = end,
            }
        );
        _it.Clock.Now -= TimeSpan.FromHours(1);
        Assert.Equal("login", await _it.SecretAsync());
        Assert.Equal(0, _it.Aws.Calls);
    }
}
