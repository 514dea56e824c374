using System.Diagnostics;
using CredHelper.Cache;
using CredHelper.Errors;

namespace CredHelper.Tests.Tokens;

/// <summary>
/// Many processes need the same token at once. Every task opens the lock file itself, as a process would.
/// </summary>
public sealed class TokenRefreshLockTests : IDisposable
{
    private readonly Situation _it = new();

    public void Dispose() => _it.Dispose();

    private void AnswerAfter(int milliseconds) =>
        _it.Aws.Answer = async (registry, cancellationToken) =>
        {
            await Task.Delay(milliseconds, cancellationToken);
            return _it.Aws.Token(registry);
        };

    private Task<RefreshLock?> Take(TimeSpan patience) =>
        RefreshLock.TakeAsync(
            _it.Cache.Directory,
            _it.Key,
            patience,
            TimeProvider.System,
            Random.Shared,
            TestContext.Current.CancellationToken
        );

    [Fact]
    public async Task AHundredColdGetsAreOneCall()
    {
        AnswerAfter(200);
        CachedToken[] tokens = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => _it.GetAsync())));
        Assert.Equal(1, _it.Aws.Calls);
        Assert.All(tokens, token => Assert.Equal("token 1", token.Secret));
    }

    [Fact]
    public async Task AHundredDueGetsAreOneCall()
    {
        _it.Put(Sample.Token(_it.Clock.Seconds - 7 * 3600, "old"));
        AnswerAfter(200);
        CachedToken[] tokens = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => _it.GetAsync())));
        Assert.Equal(1, _it.Aws.Calls);
        Assert.All(tokens, token => Assert.Contains(token.Secret, (string[])["old", "token 1"]));
        Assert.Equal("token 1", _it.Hit()?.Secret);
    }

    [Fact]
    public async Task WaitersTakeTheHoldersFailure()
    {
        using var entered = new SemaphoreSlim(0);
        _it.Aws.Answer = async (_, cancellationToken) =>
        {
            entered.Release();
            await Task.Delay(500, cancellationToken);
            throw new HelperException(FailureKind.AccessDenied, "denied", "a hint");
        };
        Task<HelperException> holder = Task.Run(_it.FailureAsync, TestContext.Current.CancellationToken);
        await entered.WaitAsync(TestContext.Current.CancellationToken);
        HelperException[] failures = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(_it.FailureAsync))
        );
        await holder;
        Assert.Equal(1, _it.Aws.Calls);
        Assert.All(
            failures,
            failure =>
                Assert.Equal(
                    (FailureKind.AccessDenied, "denied", "a hint"),
                    (failure.Kind, failure.Message, failure.Hint)
                )
        );
    }

    [Fact]
    public async Task WhoComesAfterAFailureAsksAnew()
    {
        _it.Aws.Fail(FailureKind.AccessDenied);
        await _it.FailureAsync();
        _it.Clock.Now += TimeSpan.FromMilliseconds(1);
        await _it.FailureAsync();
        Assert.Equal(2, _it.Aws.Calls);
    }

    [Fact]
    public async Task AWaiterGivesUpAtHalfItsDeadlineAndAsksItself()
    {
        using var hurried = new Situation(("AWS_ECR_TIMEOUT", "1s"));
        using RefreshLock? stuck = await RefreshLock.TakeAsync(
            hurried.Cache.Directory,
            hurried.Key,
            TimeSpan.Zero,
            TimeProvider.System,
            Random.Shared,
            TestContext.Current.CancellationToken
        );
        var watch = Stopwatch.StartNew();
        Assert.Equal("token 1", await hurried.SecretAsync());
        Assert.InRange(watch.ElapsedMilliseconds, 390, 900);
    }

    [Fact]
    public async Task AnotherRegistryDoesNotWait()
    {
        using RefreshLock? other = await Take(TimeSpan.Zero);
        string key = _it.Identity.KeyOf("some other registry");
        using RefreshLock? held = await RefreshLock.TakeAsync(
            _it.Cache.Directory,
            key,
            TimeSpan.Zero,
            TimeProvider.System,
            Random.Shared,
            TestContext.Current.CancellationToken
        );
        Assert.True(key[..4] != _it.Key[..4]);
        // There are 64 lock files. Two keys may share one, in which case they only wait for each other.
        if (Convert.ToInt32(key[..4], 16) % 64 != Convert.ToInt32(_it.Key[..4], 16) % 64)
            Assert.NotNull(held);
    }

    [Fact]
    public async Task LockFilesAreAFixedSetAndNeverUnlinked()
    {
        for (int i = 0; i < 300; i++)
        {
            using RefreshLock? held = await RefreshLock.TakeAsync(
                _it.Cache.Directory,
                _it.Identity.KeyOf($"registry {i}"),
                TimeSpan.Zero,
                TimeProvider.System,
                Random.Shared,
                TestContext.Current.CancellationToken
            );
            Assert.NotNull(held);
        }
        _it.Clock.Now += TimeSpan.FromDays(10_000);
        _it.Cache.Prune(_it.Clock.Now);
        Assert.InRange(Directory.GetFiles(_it.Cache.Directory, "lock-*").Length, 50, 64);
    }

    [Fact]
    public async Task TheLockIsFreeAgainWhenItsHolderLetsGo()
    {
        using (RefreshLock? first = await Take(TimeSpan.Zero))
            Assert.Null(await Take(TimeSpan.Zero));
        using RefreshLock? second = await Take(TimeSpan.Zero);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task TheLockHoldsAcrossProcesses()
    {
        Programs.RequireLinux();
        string flock = Programs.Find("flock") ?? "";
        if (flock.Length == 0)
            Assert.Skip("flock of util-linux is not installed");
        using RefreshLock? held = await Take(TimeSpan.Zero);
        string file = Assert.Single(Directory.GetFiles(_it.Cache.Directory, "lock-*"));
        Assert.Equal(1, (await Programs.RunAsync(flock, ["-n", file, "true"], null, "")).ExitCode);
        held!.Dispose();
        Assert.Equal(0, (await Programs.RunAsync(flock, ["-n", file, "true"], null, "")).ExitCode);
    }

    [Fact]
    public async Task WhereTheLockCannotBeMadeThereIsNone()
    {
        // A directory in place of the lock file: continue without a lock, as on a file system that is full, read-only
        // or does not support locks.
        int slot = Convert.ToInt32(_it.Key[..4], 16) % 64;
        Directory.CreateDirectory(Path.Combine(_it.Cache.Directory, $"lock-{slot:d2}"));
        using RefreshLock? one = await Take(TimeSpan.Zero);
        using RefreshLock? two = await Take(TimeSpan.Zero);
        Assert.NotNull(one);
        Assert.NotNull(two);
        Assert.Equal("token 1", await _it.SecretAsync());
    }

    [Fact]
    public async Task AReaderNeverFailsWhileAnyoneHoldsTheLockOrWrites()
    {
        await _it.GetAsync();
        using RefreshLock? held = await Take(TimeSpan.Zero);
        using FileStream writer = new(_it.File, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.NotNull(_it.Hit());
    }
}
