using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Tests.Cache;

/// <summary>An input that only the full lookup finds, stored in a cached entry.</summary>
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
    public void OnTheEnvironmentCoversEveryVariableInAnyOrder()
    {
        string? digest = OfEnvironment(("VAULT_ROLE", "a"), ("CI_JOB_ID", "1"));
        Assert.NotNull(digest);
        Assert.Equal(digest, OfEnvironment(("CI_JOB_ID", "1"), ("VAULT_ROLE", "a")));
        string?[] others =
        [
            OfEnvironment(("VAULT_ROLE", "b"), ("CI_JOB_ID", "1")),
            OfEnvironment(("VAULT_ROLE", "a"), ("CI_JOB_ID", "")),
            OfEnvironment(("VAULT_ROLE", "a")),
            OfEnvironment(("VAULT_ROLE", "a"), ("CI_JOB_ID", "1"), ("MORE", "")),
            OfEnvironment(("VAULT_ROLE", "aCI_JOB_ID"), ("1", "")),
            OfEnvironment(("VAULT_ROLE", "a"), ("CI_JOB_ID", "1"), ("PATH", "/elsewhere")),
        ];
        Assert.All(others, Assert.NotNull);
        Assert.Equal(others.Length, others.Append(digest).Distinct().Count() - 1);
    }

    [Theory]
    [InlineData("_")]
    [InlineData("PWD")]
    [InlineData("OLDPWD")]
    [InlineData("SHLVL")]
    [InlineData("TERM")]
    [InlineData("COLUMNS")]
    [InlineData("DOCKER_CLI_PLUGIN_SOCKET")]
    [InlineData("AWS_PAGER")]
    public void OnTheEnvironmentLeavesOutWhatOnlyTheShellTells(string name) =>
        Assert.Equal(OfEnvironment(), OfEnvironment((name, "anything")));

    [Fact]
    public void OnAnEnvironmentOfManyVariablesIsToldSoon()
    {
        var variables = Enumerable.Range(0, 50_000).Select(i => ($"V{i * 7919 % 50_000}", "x")).ToArray();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotNull(OfEnvironment(variables));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public void OnTheWorkingDirectoryTellsWhichDirectoryThatIs()
    {
        Assert.NotNull(Dependency.WorkingDirectory.Digest(_home.Environment(), _cache.Seed));
        Assert.Equal(
            Dependency.WorkingDirectory.Digest(_home.Environment(), _cache.Seed),
            Dependency.WorkingDirectory.Digest(_home.Environment(("OLDPWD", "/elsewhere")), _cache.Seed)
        );
        // The same directory through another link.
        Assert.NotEqual(
            Dependency.WorkingDirectory.Digest(_home.Environment(), _cache.Seed),
            Dependency.WorkingDirectory.Digest(_home.Environment(("PWD", "/elsewhere")), _cache.Seed)
        );
    }

    [Fact]
    public void OnAProgramTellsThatItWasReplacedOrChanged()
    {
        Programs.RequireLinux();
        string path = _home.Write("program", "one");
        string? first = Digest(DependencyKind.Program, path);
        Assert.Equal(first, Digest(DependencyKind.Program, path));
        File.Move(_home.Write("other", "one"), path, overwrite: true);
        string? replaced = Digest(DependencyKind.Program, path);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        string? changed = Digest(DependencyKind.Program, path);
        File.Delete(path);
        Assert.Equal(3, ((string?[])[first, replaced, changed]).Distinct().Count());
        Assert.NotNull(changed);
        Assert.Null(Digest(DependencyKind.Program, path));
    }

    private string? OfEnvironment(params (string Name, string Value)[] variables) =>
        Digest(DependencyKind.Environment, "all variables", variables);

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
