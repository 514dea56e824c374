using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Protocol;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Tests.Tokens;

/// <summary>Tokens of an alias are fetched, stored and erased as those of the registry that it refers to.</summary>
public sealed class TokenServiceTests : IDisposable
{
    private const string Alias = "registry.corp.example";

    private readonly Home _home = new();

    public TokenServiceTests() => _home.Write(".ecr/config", $"[alias \"{Alias}\"]\nregistry = {Sample.Host}\n");

    public void Dispose() => _home.Dispose();

    private HelperContext Context =>
        HelperContext.Start(_home.Environment(("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_ECR_TIMEOUT", "2")));

    private EcrRegistry Registry => Context.Configuration.RegistryFor("https://Registry.corp.example:443/v2/")!;

    private Credential? Cached(string serverUrl) =>
        CachedAnswer.Find(serverUrl, Context.Caller, DateTimeOffset.UtcNow) is { } answer
            ? Credential.ParseStoreRequest(answer)
            : null;

    [Fact]
    public void IsFoundByTheConfiguration()
    {
        Assert.Equal((Sample.Host, Alias), (Registry.Host, Registry.Alias));
        Assert.Null(Context.Configuration.RegistryFor(Sample.Host)?.Alias);
        Assert.Null(Context.Configuration.RegistryFor("http://" + Alias));
        Assert.Null(Context.Configuration.RegistryFor("other.example"));
    }

    [Fact]
    public void IsStoredErasedAndServedFromTheCache()
    {
        new TokenService(Context).Store(Registry, new Credential(Alias, "AWS", "made-up"));
        Assert.Equal("made-up", Cached($"https://{Alias}/v2/")?.Secret);
        Assert.Null(Cached(Sample.Host));
        Assert.Null(Cached("http://" + Alias));
        Assert.Equal("made-up", new TokenService(Context).Get(Registry).Secret);

        new TokenService(Context).Erase(Registry);
        Assert.Null(Cached(Alias));
    }

    [Fact]
    public void IsNotServedOnceTheConfigurationNamesAnotherRegistry()
    {
        new TokenService(Context).Store(Registry, new Credential(Alias, "AWS", "made-up"));
        _home.Write(".ecr/config", $"[alias \"{Alias}\"]\nregistry = public.ecr.aws\n");
        Assert.Null(Cached(Alias));
    }

    [Fact]
    public void OfEcrPublicNeedsNoCredentials()
    {
        _home.Write(".ecr/config", $"[alias \"{Alias}\"]\nregistry = public.ecr.aws\n");
        Assert.Null(new TokenService(Context).GetUnlessAnonymous(Registry));
        Assert.Equal(
            FailureKind.NoCredentials,
            Assert.Throws<HelperException>(() => new TokenService(Context).Get(Registry)).Kind
        );
    }

    [Fact]
    public void IsListedByItsOwnName()
    {
        new TokenService(Context).Store(Registry, new Credential(Alias, "AWS", "made-up"));
        Assert.Equal([Alias], new TokenService(Context).Hosts());
    }
}
