using System.Diagnostics;
using System.Text;
using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Protocol;
using CredHelper.Registry;
using CsCheck;

namespace CredHelper.Tests.Cache;

/// <summary>A token's file in the cache.</summary>
public sealed class TokenCacheTests : IDisposable
{
    private readonly Home _home = new();
    private readonly TokenCache _cache;
    private readonly CacheKey _cacheKey;

    public TokenCacheTests()
    {
        _cache = _home.Cache();
        _cacheKey = CacheKey.Compute(_home.Environment(), _cache.Seed);
    }

    public void Dispose() => _home.Dispose();

    private string Key => _cacheKey.KeyOf(Sample.Registry);

    private string File => Path.Combine(_cache.Directory, Key);

    private CachedToken? Find() => _cache.Find(Sample.Registry, _cacheKey, _home.Environment());

    [Fact]
    public void HoldsAnyUserAndSecret() =>
        Gen.Select(Gen.String, Gen.String)
            .Where(pair => pair.Item2.Length > 0)
            .Sample(pair =>
            {
                CachedToken token = Sample.Token(1000, pair.Item2) with { Username = pair.Item1 };
                CachedToken? read = CachedToken.Parse(Sample.Seed, token.Format(Sample.Seed));
                Assert.NotNull(read);
                Assert.Equal((token.Username, token.Secret), (read.Username, read.Secret));
            });

    [Fact]
    public void HoldsEveryField()
    {
        CachedToken token = Sample.Token(-5) with
        {
            Origin = TokenOrigin.Login,
            Alias = "registry.example",
            Dependencies =
            [
                (new Dependency(DependencyKind.Variable, "A B"), "d1"),
                (new Dependency(DependencyKind.File, "/a/b c\n"), "d2"),
            ],
        };
        CachedToken read = CachedToken.Parse(Sample.Seed, token.Format(Sample.Seed))!;
        Assert.Equal(token.Dependencies, read.Dependencies);
        Assert.Equal(token with { Dependencies = [] }, read with { Dependencies = [] });
    }

    [Fact]
    public void IsFoundAgain()
    {
        _cache.Put(Key, Sample.Token(1000));
        Assert.Equal("secret", Find()?.Secret);
    }

    [Fact]
    public void OfAnAliasIsFoundByTheAliasAlone()
    {
        EcrRegistry registry = Sample.Registry with { Alias = "registry.example" };
        CachedToken token = Sample.Token(1000) with { Alias = registry.Alias };
        _cache.Put(_cacheKey.KeyOf(registry), token);
        Assert.NotNull(_cache.Find(registry, _cacheKey, _home.Environment()));
        Assert.Null(_cache.Find(registry with { Alias = "other.example" }, _cacheKey, _home.Environment()));
        Assert.Null(Find());
    }

    [Fact]
    public void OfAnotherAliasUnderTheSameKeyIsAMiss()
    {
        _cache.Put(_cacheKey.KeyOf("registry.example"), Sample.Token(1000) with { Alias = "other.example" });
        EcrRegistry registry = Sample.Registry with { Alias = "registry.example" };
        Assert.Null(_cache.Find(registry, _cacheKey, _home.Environment()));
        _cache.Put(Key, Sample.Token(1000) with { Alias = "other.example" });
        Assert.Null(Find());
    }

    [Fact]
    public void OfAnotherRegistryUnderTheSameKeyIsAMiss()
    {
        _cache.Put(Key, Sample.Token(1000) with { Registry = "210987654321.dkr.ecr.us-east-1.amazonaws.com" });
        Assert.Null(Find());
    }

    [Fact]
    public void OfAnotherSelectorUnderTheSameKeyIsAMiss()
    {
        _cache.Put(Key, Sample.Token(1000) with { Selector = "profile=other" });
        Assert.Null(Find());
    }

    [Fact]
    public void CopiedFromAnotherCacheIsAMiss()
    {
        using var other = new Home();
        System.IO.File.WriteAllBytes(File, Sample.Token(1000).Format(other.Cache().Seed));
        Assert.Null(Find());
    }

    [Fact]
    public void RenamedToAnotherKeyIsAMiss()
    {
        _cache.Put(Key, Sample.Token(1000));
        var other = EcrRegistry.OfAccount("123456789012", "eu-west-1");
        System.IO.File.Move(File, Path.Combine(_cache.Directory, _cacheKey.KeyOf(other)));
        Assert.Null(_cache.Find(other, _cacheKey, _home.Environment()));
    }

    [Fact]
    public void BehindALinkIsAMiss()
    {
        _cache.Put(Key, Sample.Token(1000));
        System.IO.File.Move(File, File + ".elsewhere");
        System.IO.File.CreateSymbolicLink(File, File + ".elsewhere");
        Assert.Null(Find());
    }

    [Fact]
    public void ThatIsADirectoryIsAMissAndNeverReplaced()
    {
        Directory.CreateDirectory(File);
        Assert.Null(Find());
        Assert.ThrowsAny<Exception>(() => _cache.Put(Key, Sample.Token(1000)));
        Assert.Empty(Directory.EnumerateFiles(_cache.Directory, ".tmp-*"));
    }

    [Fact]
    public void ThatIsAFifoIsAMissWithoutWaiting()
    {
        Programs.RequireLinux();
        Programs.Run("mkfifo", File);
        Assert.Null(Find());
    }

    [Fact]
    public void OfAHundredMegabytesIsAMissWithoutReadingIt()
    {
        using (FileStream file = System.IO.File.Create(File))
            file.SetLength(100 * 1024 * 1024);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Find());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void WithAFieldOfALaterVersionIsAMiss()
    {
        byte[] content = RecordFile.Format(
            CachedToken.Kind,
            _cache.Seed,
            [new("registry", Sample.Host), new("secret", "s"), new("colour", "blue")]
        );
        Assert.Null(CachedToken.Parse(_cache.Seed, content));
    }

    [Fact]
    public void WithTimesThatAreNoNumbersIsExpired()
    {
        byte[] content = RecordFile.Format(
            CachedToken.Kind,
            _cache.Seed,
            [
                new("registry", Sample.Host),
                new("secret", "s"),
                new("expires", "99999999999999999999999"),
                new("renew", "soon"),
            ]
        );
        CachedToken? token = CachedToken.Parse(_cache.Seed, content);
        Assert.False(token?.IsValid(1000) ?? false);
        Assert.False(token?.IsFresh(1000) ?? false);
    }

    [Fact]
    public async Task IsReplacedAsAWhole()
    {
        // A reader that runs beside a writer sees the old or the new entry, never a miss or a partial one.
        _cache.Put(Key, Sample.Token(1000, "0"));
        var watch = Stopwatch.StartNew();
        using var done = new CancellationTokenSource();
        Task writer = Task.Run(
            () =>
            {
                for (int i = 1; !done.IsCancellationRequested; i++)
                    _cache.Put(Key, Sample.Token(1000, new string('x', i % 5000) + i));
            },
            TestContext.Current.CancellationToken
        );
        while (watch.ElapsedMilliseconds < 300)
            Assert.NotNull(Find());
        await done.CancelAsync();
        await writer;
        Assert.Equal([Key], Home.Records(_cache.Directory));
    }

    [Fact]
    public void NeverShowsItsSecretInWords()
    {
        Assert.DoesNotContain("secret", Sample.Token(1000).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", new Credential("s", "u", "secret").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "secret",
            new IssuedToken(Sample.Registry, "AWS", "secret", TimeSpan.Zero, "source").ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void NamesNoDigestsOfItsInputs()
    {
        // Plain digests of short secrets could be guessed, so files contain only seeded ones.
        byte[] content = Sample.Token(1000).Format(_cache.Seed);
        Assert.DoesNotContain(
            Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(Encoding.UTF8.GetBytes("secret"))),
            Encoding.UTF8.GetString(content),
            StringComparison.Ordinal
        );
    }
}
