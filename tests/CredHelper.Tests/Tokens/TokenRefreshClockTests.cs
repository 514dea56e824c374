using CredHelper.Errors;

namespace CredHelper.Tests.Tokens;

/// <summary>The clock is changed after a token was fetched.</summary>
public sealed class TokenRefreshClockTests : IDisposable
{
    private readonly Situation _it = new();

    public TokenRefreshClockTests() => _it.Put(Sample.Token(_it.Clock.Seconds, "old"));

    public void Dispose() => _it.Dispose();

    [Fact]
    public void ByAFewMinutesBackIsNothing()
    {
        _it.Clock.Now -= TimeSpan.FromMinutes(5);
        Assert.Equal("old", _it.Hit()?.Secret);
    }

    [Fact]
    public async Task FarBackLeavesItsTimesInDoubtAndRefreshesIt()
    {
        _it.Clock.Now -= TimeSpan.FromDays(30);
        Assert.Null(_it.Hit());
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Equal("token 1", _it.Hit()?.Secret);
    }

    [Fact]
    public async Task FarForwardIsAMiss()
    {
        _it.Clock.Now += TimeSpan.FromDays(30);
        Assert.Null(_it.Hit());
        Assert.Equal("token 1", await _it.SecretAsync());
    }

    [Fact]
    public async Task BackBehindAFailureDoesNotKeepItRememberedLonger()
    {
        _it.Clock.Now += TimeSpan.FromHours(13);
        _it.Aws.Fail(FailureKind.Timeout);
        await _it.FailureAsync();
        _it.Clock.Now -= TimeSpan.FromSeconds(1);
        await _it.FailureAsync();
        Assert.Equal(2, _it.Aws.Calls);
    }
}
