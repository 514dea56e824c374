using CredHelper.Cache;
using CredHelper.Platform;

namespace CredHelper.Tests.Cache;

/// <summary>An input that only the slow way found, listed in a cached entry.</summary>
public sealed class DependencyTests : IDisposable
{
    private readonly Home _home = new();
    private readonly TokenCache _cache;

    public DependencyTests() => _cache = _home.Cache();

    public void Dispose() => _home.Dispose();

    private string? Digest(DependencyKind kind, string name, params (string Name, string Value)[] variables) =>
        new Dependency(kind, name).Digest(_home.Environment(variables), _cache.Seed);

    [Fact]
    public void ThatIsAVariableIsCheckedOnAHit()
    {
        var input = new Dependency(DependencyKind.Variable, "CI_TOKEN");
        EnvironmentSnapshot then = _home.Environment(("CI_TOKEN", "one"));
        CacheKey cacheKey = CacheKey.Compute(then, _cache.Seed);
        _cache.Put(
            cacheKey.KeyOf(Sample.Registry),
            Sample.Token(0) with
            {
                Selector = cacheKey.Selector,
                Dependencies = [(input, input.Digest(then, _cache.Seed)!)],
            }
        );

        Assert.NotNull(_cache.Find(Sample.Registry, cacheKey, _home.Environment(("CI_TOKEN", "one"))));
        Assert.Null(_cache.Find(Sample.Registry, cacheKey, _home.Environment(("CI_TOKEN", "two"))));
        Assert.Null(_cache.Find(Sample.Registry, cacheKey, _home.Environment(("CI_TOKEN", ""))));
        Assert.Null(_cache.Find(Sample.Registry, cacheKey, _home.Environment()));
    }

    [Fact]
    public void ThatIsAFileIsCheckedOnAHit()
    {
        string path = _home.Write("token", "one");
        var input = new Dependency(DependencyKind.File, path);
        EnvironmentSnapshot environment = _home.Environment();
        CacheKey cacheKey = CacheKey.Compute(environment, _cache.Seed);
        _cache.Put(
            cacheKey.KeyOf(Sample.Registry),
            Sample.Token(0) with
            {
                Selector = cacheKey.Selector,
                Dependencies = [(input, input.Digest(environment, _cache.Seed)!)],
            }
        );

        Assert.NotNull(_cache.Find(Sample.Registry, cacheKey, environment));
        _home.Write("token", "two");
        Assert.Null(_cache.Find(Sample.Registry, cacheKey, environment));
        File.Delete(path);
        Assert.Null(_cache.Find(Sample.Registry, cacheKey, environment));
        Directory.CreateDirectory(path);
        Assert.Null(_cache.Find(Sample.Registry, cacheKey, environment));
    }

    [Fact]
    public void DiffersByKindNameAndValueAndAbsentFromEmpty()
    {
        string path = _home.Write("file", "");
        string?[] digests =
        [
            Digest(DependencyKind.Variable, "A"),
            Digest(DependencyKind.Variable, "B"),
            Digest(DependencyKind.Variable, "A", ("A", "")),
            Digest(DependencyKind.Variable, "A", ("A", "x")),
            Digest(DependencyKind.File, path),
            Digest(DependencyKind.File, path + "missing"),
            Digest(DependencyKind.Variable, path),
            Digest(DependencyKind.File, _home.Write("other", "")),
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
        Assert.All(digests, Assert.NotNull);
    }

    [Fact]
    public void ThatCannotBeReadIsUnknown()
    {
        using (FileStream file = File.Create(Path.Combine(_home.Root, "large")))
            file.SetLength(2 * 1024 * 1024);
        Assert.Null(Digest(DependencyKind.File, Path.Combine(_home.Root, "large")));
        Assert.Null(Digest(DependencyKind.File, _home.Root));
    }

    [Fact]
    public void UnderProcIsRead()
    {
        Programs.RequireLinux();
        Assert.NotNull(Digest(DependencyKind.File, "/proc/sys/kernel/random/boot_id"));
        Assert.Equal(
            Digest(DependencyKind.File, "/proc/sys/kernel/random/boot_id"),
            Digest(DependencyKind.File, "/proc/sys/kernel/random/boot_id")
        );
    }
}
