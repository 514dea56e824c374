using System.Globalization;
using CredHelper.Aws;
using CredHelper.Aws.Config;
using CredHelper.Aws.Ecr;
using CredHelper.Aws.Sources;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Output;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Tokens;

/// <summary>What a <c>get</c> of an ECR registry would do, and which settings decide it, without secrets.</summary>
internal sealed class Explanation
{
    public required EcrRegistry Registry { get; init; }

    public required IdentityChoice Choice { get; init; }

    public required CredentialPlan Plan { get; init; }

    /// <summary>The source's own description.</summary>
    public required string Identity { get; init; }

    public required string Endpoint { get; init; }

    public required string ProfileName { get; init; }

    /// <inheritdoc cref="AwsSettings.ProfileOrigin"/>
    public required string ProfileOrigin { get; init; }

    /// <summary>Whether the registry configuration allows tokens for this registry.</summary>
    public required bool IsAllowed { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The cache entry that a get reads; null without a cache.</summary>
    public string? CacheFile { get; private set; }

    /// <summary>Why there is no cache or no entry; null if there is one.</summary>
    public string? CacheProblem { get; private set; }

    public CachedToken? Token { get; private set; }

    /// <summary>The last failed get after which no token was fetched.</summary>
    public FailureRecord? LastFailure { get; private set; }

    /// <summary>Whether a cached token is returned.</summary>
    public bool IsFromCache => IsAllowed && Token?.IsValid(Now.ToUnixTimeSeconds()) == true;

    /// <exception cref="Errors.HelperException">Configuration that makes a get fail, too.</exception>
    public static FactSheet Of(HelperContext context, EcrRegistry registry)
    {
        var choice = IdentityChoice.Of(registry, context.Configuration, context.Environment);
        AwsContext aws = AwsContext.Load(context, choice, registry.Region);
        CredentialPlan plan = new CredentialPlanner(aws).Plan(choice);
        var explanation = new Explanation
        {
            Registry = registry,
            Choice = choice,
            Plan = plan,
            Identity = plan.Source.Describe(),
            Endpoint = new EcrTokenIssuer(context, choice).FindEndpoint(aws, registry).Url,
            ProfileName = aws.Settings.ProfileName,
            ProfileOrigin = aws.Settings.ProfileOrigin,
            IsAllowed = context.Configuration.Allows(registry),
            Now = context.Now,
        };
        if (explanation.IsAllowed)
            explanation.ReadCache(context);
        return new FactSheet([.. explanation.Facts()], writer => ExplanationJson.Write(writer, explanation));
    }

    /// <summary>Whether an environment variable names the profile.</summary>
    public bool IsProfileOfVariable => ProfileOrigin.StartsWith("AWS_", StringComparison.Ordinal);

    private void ReadCache(HelperContext context)
    {
        if (TokenCache.OpenExisting(context.Environment) is not { } cache)
        {
            CacheProblem = CacheLocation.Tokens(context.Environment, out string? reason) is { } place
                ? PrivateDirectory.WhyUnusable(place) ?? "empty"
                : reason;
            return;
        }
        CacheKey cacheKey = context.KeyIn(cache);
        string key = cacheKey.KeyOf(Registry);
        CacheFile = Path.Combine(cache.Directory, key);
        Token = cache.Find(Registry, cacheKey, context.Caller);
        if (cache.FindFailure(key) is { } failure && (Token is null || !failure.IsOver(Token)))
            LastFailure = failure;
    }

    private IEnumerable<Fact> Facts()
    {
        yield return new Fact("registry", Registry.Host);
        if (Registry.Alias is { } alias)
            yield return new Fact("alias", $"{alias}, from {Choice.Origin}");
        if (Registry.AccountId is { } account)
            yield return new Fact("account", account);
        yield return new Fact("region", Registry.Region);
        if (!IsAllowed)
            yield return new Fact("refused", "allow in the registry configuration does not include this registry");
        yield return new Fact("endpoint", Endpoint);
        yield return new Fact("decided by", Choice.Origin);
        yield return new Fact("profile", IsProfileOfVariable ? $"{ProfileName} ({ProfileOrigin})" : ProfileName);
        if (Choice.RoleArn is { } role)
            yield return new Fact("role", role);
        yield return new Fact("identity", Identity);
        if (Plan.Warnings.Count > 0)
            yield return new Fact("warning", string.Join("; ", Plan.Warnings));
        foreach (Fact fact in IsAllowed ? FactsOfCache() : [])
            yield return fact;
    }

    private IEnumerable<Fact> FactsOfCache()
    {
        if (CacheFile is null)
        {
            yield return new Fact("cache", CacheProblem!);
            yield return new Fact("answer", "a new token from AWS");
            yield break;
        }
        yield return new Fact("cache", CacheFile);
        if (LastFailure is { } failure)
            yield return new Fact("last failure", $"{Ago(failure.At / 1000)}: {failure.Message}");
        if (Token is not { } token)
        {
            yield return new Fact("answer", "a new token from AWS: none is cached for this identity");
            yield break;
        }
        if (!IsFromCache)
        {
            yield return new Fact("answer", $"a new token from AWS: the cached one expired {Ago(token.ExpiresAt)}");
            yield break;
        }
        string what =
            token.Origin == TokenOrigin.Login
                ? "the token stored by docker login, which takes precedence over a fetched one,"
                : "the cached token";
        yield return new Fact("answer", $"{what} issued {Ago(token.IssuedAt)} ({token.Source})");
        foreach (Dependency input in token.Inputs)
            yield return new Fact("depends on", input.ToString());
        yield return Renewal(token);
        yield return new Fact("expires", Text(token.ExpiresAt), $"{In(token.ExpiresAt)} ({Text(token.ExpiresAt)})");
    }

    private Fact Renewal(CachedToken token)
    {
        const string Name = "renewed";
        if (!token.IsFresh(Now.ToUnixTimeSeconds()))
            return new Fact(Name, "at the next get");
        return token.Origin == TokenOrigin.Login
            ? new Fact(Name, "never")
            : new Fact(Name, $"after {Text(token.RenewAt)}", $"{In(token.RenewAt)} ({Text(token.RenewAt)})");
    }

    private string Ago(long seconds) => RelativeTime.Ago(TimeSpan.FromSeconds(Now.ToUnixTimeSeconds() - seconds));

    private string In(long seconds) => RelativeTime.Around(TimeSpan.FromSeconds(seconds - Now.ToUnixTimeSeconds()));

    private static string Text(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
