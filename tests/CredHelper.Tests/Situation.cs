using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Tests.Tokens;
using CredHelper.Tokens;

namespace CredHelper.Tests;

/// <summary>A home, a clock and an emulated AWS for a test, with the path of a request between them.</summary>
internal sealed class Situation : IDisposable
{
    public Situation(params (string Name, string Value)[] variables)
    {
        Environment = Home.Environment(variables);
        Run = HelperContext.Start(Environment, Clock);
    }

    public Home Home { get; } = new();

    public Clock Clock { get; } = new();

    public FakeIssuer Aws { get; } = new();

    public EnvironmentSnapshot Environment { get; }

    public HelperContext Run { get; }

    public TokenCache Cache => Run.OpenCache() ?? throw new InvalidOperationException("There is no cache.");

    public CacheKey Identity => CacheKey.Compute(Environment, Cache.Seed);

    public string Key => Identity.KeyOf(Sample.Registry);

    public string File => Path.Combine(Cache.Directory, Key);

    /// <summary>The cache entry of the sample registry, fresh or not.</summary>
    public CachedToken? Kept => Cache.Find(Sample.Registry, Identity, Environment);

    public FailureRecord? Failure => Cache.FindFailure(Key);

    /// <summary>The path with a request to AWS, as another process of the same user would take it.</summary>
    public Task<CachedToken> GetAsync() => GetUntilAsync(TestContext.Current.CancellationToken);

    public Task<CachedToken> GetUntilAsync(CancellationToken cancellationToken) =>
        new TokenRefresh(Run, Run.OpenCache(), Aws).GetAsync(Sample.Registry, cancellationToken);

    public async Task<string> SecretAsync() => (await GetAsync()).Secret;

    public async Task<HelperException> FailureAsync() => await Assert.ThrowsAsync<HelperException>(() => GetAsync());

    /// <summary>The path that only reads the cache.</summary>
    public Credential? Hit() =>
        CachedAnswer.Find(Sample.Host, Environment, Clock.Now) is { } answer
            ? Credential.ParseStoreRequest(answer)
            : null;

    public void Put(CachedToken token) => Cache.Put(Key, token with { Selector = Identity.Selector });

    public void Dispose() => Home.Dispose();
}
