using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Errors;
using CredHelper.Tokens;

namespace CredHelper.Tests.Tokens;

/// <summary>No token is cached yet.</summary>
public sealed class TokenRefreshColdTests : IDisposable
{
    private readonly Situation _it = new();

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task AsksAwsOnceAndIsAHitThen()
    {
        Assert.Null(_it.Hit());
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Equal("token 1", _it.Hit()?.Secret);
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Equal(1, _it.Aws.Calls);
    }

    [Fact]
    public async Task CountsTheLifeFromTheLocalClockOnly()
    {
        // The lifetime is measured by the server's clock, so a local clock that is years off has no effect.
        _it.Clock.Now = new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero);
        CachedToken token = await _it.GetAsync();
        Assert.Equal(_it.Clock.Seconds + 12 * 3600, token.ExpiresAt);
        Assert.NotNull(_it.Hit());
    }

    [Fact]
    public async Task ClampsTheLifeToTwelveHours()
    {
        _it.Aws.Life = TimeSpan.FromDays(4000);
        Assert.Equal(_it.Clock.Seconds + 12 * 3600, (await _it.GetAsync()).ExpiresAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-400_000)]
    public async Task HandsOutATokenThatIsOverAlreadyAndKeepsItNot(int life)
    {
        _it.Aws.Life = TimeSpan.FromSeconds(life);
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Null(_it.Kept);
        Assert.Equal("token 2", await _it.SecretAsync());
    }

    [Fact]
    public async Task KeepsNothingWhereTheConfigurationChangedMeanwhile()
    {
        _it.Aws.Answer = (registry, _) =>
        {
            _it.Home.Write(".aws/config", "[default]\nregion = eu-west-1\n");
            return Task.FromResult(_it.Aws.Token(registry));
        };
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Empty(_it.Cache.Entries());
    }

    [Fact]
    public async Task KeepsNothingWhereTheConfigurationBecameUnreadableMeanwhile()
    {
        _it.Aws.Answer = (registry, _) =>
        {
            Directory.CreateDirectory(Path.Combine(_it.Home.Root, ".aws", "config"));
            return Task.FromResult(_it.Aws.Token(registry));
        };
        Assert.Equal("token 1", await _it.SecretAsync());
        Assert.Empty(_it.Cache.Entries());
    }

    [Fact]
    public async Task RemovesTheLastFailureWhenItSucceeds()
    {
        _it.Aws.Fail(FailureKind.AccessDenied);
        await _it.FailureAsync();
        Assert.NotNull(_it.Failure);
        _it.Clock.Now += TimeSpan.FromSeconds(1);
        _it.Aws.Answer = (registry, _) => Task.FromResult(_it.Aws.Token(registry));
        await _it.GetAsync();
        Assert.Null(_it.Failure);
    }

    [Fact]
    public async Task KeepsTheLastFailureForDoctor()
    {
        _it.Aws.Fail(FailureKind.AccessDenied, "denied", "allow it");
        await _it.FailureAsync();
        Assert.Equal(
            new FailureRecord(
                Sample.Host,
                _it.Clock.Now.ToUnixTimeMilliseconds(),
                FailureKind.AccessDenied,
                "denied (the test)",
                "allow it"
            ),
            _it.Failure
        );
    }

    [Fact]
    public async Task NeverFailsForWantOfACache()
    {
        using var without = new Situation(("AWS_ECR_DISABLE_CACHE", "1"));
        Assert.Equal("token 1", await without.SecretAsync());
        Assert.Equal("token 2", await without.SecretAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(without.Home.Root));
    }

    [Fact]
    public async Task WithoutACacheTellsTheFailure()
    {
        using var without = new Situation(("AWS_ECR_DISABLE_CACHE", "1"));
        without.Aws.Fail(FailureKind.Throttled);
        Assert.Equal(FailureKind.Throttled, (await without.FailureAsync()).Kind);
    }

    [Fact]
    public async Task ListsFurtherInputsAndChecksThemOnAHit()
    {
        string file = _it.Home.Write("token", "one");
        _it.Aws.Answer = (registry, _) =>
            Task.FromResult(
                _it.Aws.Token(registry) with
                {
                    Dependencies = [new Dependency(DependencyKind.File, file)],
                }
            );
        await _it.GetAsync();
        Assert.NotNull(_it.Hit());
        _it.Home.Write("token", "two");
        Assert.Null(_it.Hit());
        Assert.Equal("token 2", await _it.SecretAsync());
    }

    [Fact]
    public async Task KeepsNothingWhoseFurtherInputCannotBeReadAsAFile()
    {
        _it.Aws.Answer = (registry, _) =>
            Task.FromResult(
                _it.Aws.Token(registry) with
                {
                    Dependencies = [new Dependency(DependencyKind.File, _it.Home.Root)],
                }
            );
        await _it.GetAsync();
        Assert.Null(_it.Hit());
        Assert.Null(_it.Kept);
    }

    [Fact]
    public async Task NeverReplacesALoginThatWasMadeMeanwhile()
    {
        _it.Aws.Answer = (registry, _) =>
        {
            _it.Put(Sample.Token(_it.Clock.Seconds, "login") with { Origin = TokenOrigin.Login });
            return Task.FromResult(_it.Aws.Token(registry));
        };
        await _it.GetAsync();
        Assert.Equal("login", _it.Hit()?.Secret);
    }

    [Fact]
    public async Task OfTheOwnRegistryKeepsItsToken()
    {
        var refresh = new TokenRefresh(_it.Run, _it.Cache, _it.Aws);
        Assert.Equal(
            Sample.Registry,
            await refresh.GetOwnAsync("us-east-1", _ => true, TestContext.Current.CancellationToken)
        );
        Assert.Equal("token 1", _it.Hit()?.Secret);
    }

    [Fact]
    public async Task OfTheOwnRegistryKeepsNothingWhereAnotherIdentityIsChosenForIt()
    {
        await new TokenRefresh(_it.Run, _it.Cache, _it.Aws).GetOwnAsync(
            "us-east-1",
            _ => false,
            TestContext.Current.CancellationToken
        );
        Assert.Null(_it.Kept);
    }

    [Fact]
    public async Task OfTheOwnRegistryLeavesALoginAlone()
    {
        _it.Put(Sample.Token(_it.Clock.Seconds, "login") with { Origin = TokenOrigin.Login });
        await new TokenRefresh(_it.Run, _it.Cache, _it.Aws).GetOwnAsync(
            "us-east-1",
            _ => true,
            TestContext.Current.CancellationToken
        );
        Assert.Equal("login", _it.Hit()?.Secret);
    }
}
