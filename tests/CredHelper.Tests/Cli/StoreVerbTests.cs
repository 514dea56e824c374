using System.Text;
using CredHelper.Cache;
using CredHelper.Registry;

namespace CredHelper.Tests.Cli;

/// <summary>docker login and docker logout of an ECR registry.</summary>
public sealed class StoreVerbTests : IDisposable
{
    private readonly Home _home = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    public void Dispose() => _home.Dispose();

    private Task<ProgramRun> StoreAsync(string secret, params (string Name, string Value)[] variables) =>
        Programs.OursAsync(
            "store",
            $$"""{"ServerURL":"https://{{Sample.Host}}","Username":"AWS","Secret":"{{secret}}"}""",
            _home.Environment(variables)
        );

    private CachedToken? Kept(params (string Name, string Value)[] variables)
    {
        TokenCache cache = _home.Cache();
        return cache.Find(
            Sample.Registry,
            CacheKey.Compute(_home.Environment(variables), cache.Seed),
            _home.Environment(variables)
        );
    }

    private void Fetched(string secret, EcrRegistry registry, params (string Name, string Value)[] variables)
    {
        TokenCache cache = _home.Cache();
        CacheKey cacheKey = CacheKey.Compute(_home.Environment(variables), cache.Seed);
        cache.Put(
            cacheKey.KeyOf(registry),
            Sample.Token(_now.ToUnixTimeSeconds(), secret) with
            {
                Registry = registry.Host,
                Selector = cacheKey.Selector,
            }
        );
    }

    /// <summary>A token that says its own end, as those of ECR do.</summary>
    private static string TokenUntil(string end) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"payload":"x","type":"DATA_KEY","expiration":{{end}}}"""));

    private static string TokenUntil(DateTimeOffset end) =>
        TokenUntil(end.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void AssertEnds(DateTimeOffset expected, CachedToken? login)
    {
        Assert.NotNull(login);
        Assert.Equal(TokenOrigin.Login, login.Origin);
        // Seconds passed since; the token is served until its end and never renewed before.
        Assert.InRange(login.ExpiresAt - expected.ToUnixTimeSeconds(), 0, 30);
        Assert.Equal(login.ExpiresAt, login.RenewAt);
    }

    [Fact]
    public async Task ThatWeIssuedOurselvesChangesNothing()
    {
        Fetched("ours", Sample.Registry);
        Assert.Equal((0, "", ""), Parts(await StoreAsync("ours")));
        Assert.Equal(TokenOrigin.Fetched, Kept()?.Origin);
    }

    [Fact]
    public async Task OutranksAFetchedOneUntilAQuarterOfAnHourBeforeItsEnd()
    {
        Fetched("ours", Sample.Registry);
        Assert.Equal((0, "", ""), Parts(await StoreAsync(TokenUntil(_now.AddHours(3)))));
        AssertEnds(_now.AddHours(3).AddMinutes(-15), Kept());
        ProgramRun get = await Programs.OursAsync("get", Sample.Host, _home.Environment());
        Assert.Contains(TokenUntil(_now.AddHours(3)).TrimEnd('='), get.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAnEndOfItsOwnServesTwelveHours()
    {
        await StoreAsync("no token of ECR");
        AssertEnds(_now.AddHours(12).AddMinutes(-15), Kept());
    }

    [Theory]
    [InlineData("4102444800")]
    [InlineData("9223372036854775807")]
    [InlineData("\"4102444800\"")]
    [InlineData("1e300")]
    [InlineData("null")]
    public async Task NeverServesLongerThanTwelveHours(string end)
    {
        await StoreAsync(TokenUntil(end));
        AssertEnds(_now.AddHours(12).AddMinutes(-15), Kept());
    }

    [Theory]
    [InlineData("-9223372036854775808")]
    [InlineData("0")]
    public async Task ThatIsOverIsNeverServed(string end)
    {
        await StoreAsync(TokenUntil(end));
        Assert.False(Kept()?.IsValid(_now.ToUnixTimeSeconds()) ?? false);
    }

    [Fact]
    public async Task BelongsToTheIdentityThatStoredIt()
    {
        await StoreAsync("one", ("AWS_PROFILE", "one"));
        Assert.Equal("one", Kept(("AWS_PROFILE", "one"))?.Secret);
        Assert.Null(Kept(("AWS_PROFILE", "two")));
        Assert.Null(Kept());
    }

    [Fact]
    public async Task IsNotKeptWhereThatIsTurnedOff()
    {
        Assert.Equal((0, "", ""), Parts(await StoreAsync("T", ("AWS_ECR_STORE_ECR_LOGINS", "false"))));
        Assert.Null(Kept());
    }

    [Theory]
    [InlineData("AWS_ECR_IGNORE_CREDS_STORAGE", "true")]
    [InlineData("AWS_ECR_DISABLE_CACHE", "1")]
    [InlineData("AWS_ECR_CACHE_DIR", "relative")]
    public async Task SucceedsAndWritesNothingWhereNothingIsToBeKept(string name, string value)
    {
        Assert.Equal((0, "", ""), Parts(await StoreAsync("T", (name, value))));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Root));
    }

    [Fact]
    public async Task IsRemovedByLogoutWithTheCachedTokensOfThatRegistryAndNoOther()
    {
        var other = EcrRegistry.OfAccount("123456789012", "eu-west-1");
        await StoreAsync("login");
        Fetched("theirs", Sample.Registry, ("AWS_PROFILE", "two"));
        Fetched("stays", other);
        Assert.Equal(
            (0, "", ""),
            Parts(await Programs.OursAsync("erase", $"https://{Sample.Host}\n", _home.Environment()))
        );
        Assert.Equal(["stays"], _home.Cache().Entries().Select(entry => entry.Token.Secret));
        Assert.Equal((0, "", ""), Parts(await Programs.OursAsync("erase", Sample.Host, _home.Environment())));
    }

    [Fact]
    public async Task StaysWhereLogoutIsToDoNothing()
    {
        await StoreAsync("login");
        Assert.Equal(
            (0, "", ""),
            Parts(
                await Programs.OursAsync(
                    "erase",
                    Sample.Host,
                    _home.Environment(("AWS_ECR_IGNORE_CREDS_STORAGE", "true"))
                )
            )
        );
        Assert.NotNull(Kept());
    }

    [Fact]
    public async Task UnderATimeoutThatMakesNoSenseIsStrictAllTheSame()
    {
        ProgramRun run = await Programs.OursAsync(
            "get",
            Sample.Host,
            _home.Environment(("AWS_ECR_TIMEOUT", "soon"), ("AWS_ECR_STRICT", "true"))
        );
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(
            $"docker-credential-ecr-login: {Sample.Host}: AWS_ECR_TIMEOUT=soon",
            run.Output,
            StringComparison.Ordinal
        );
    }

    private static (int, string, string) Parts(ProgramRun run) => (run.ExitCode, run.Output, run.Error);
}
