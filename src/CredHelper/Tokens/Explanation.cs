using System.Globalization;
using System.Text;
using CredHelper.Aws;
using CredHelper.Aws.Ecr;
using CredHelper.Aws.Sources;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Tokens;

/// <summary>
/// What a <c>get</c> of one registry would do and what decided it, as names and values without a secret.
/// </summary>
internal sealed class Explanation
{
    private readonly List<(string Name, string Value)> _facts = [];

    private Explanation() { }

    /// <summary>Of a registry that is not ECR, whose facts are known.</summary>
    public static Explanation Of(IEnumerable<(string Name, string Value)> facts)
    {
        var explanation = new Explanation();
        explanation._facts.AddRange(facts);
        return explanation;
    }

    /// <exception cref="HelperException">Configuration that a get could not use either.</exception>
    public static Explanation Of(HelperContext context, EcrRegistry registry)
    {
        var explanation = new Explanation();
        var choice = IdentityChoice.Of(registry, context.Configuration, context.Environment);
        explanation.Add("registry", registry.Host);
        if (registry.Alias is not null)
            explanation.Add("alias", $"{registry.Alias}, by {choice.Origin}");
        explanation.Add("account", registry.AccountId);
        explanation.Add("region", registry.Region);
        bool isAllowed = context.Configuration.Allows(registry);
        if (!isAllowed)
            explanation.Add("refused", "allow in the registry map leaves this registry out");
        AwsContext aws = AwsContext.Load(context, choice, registry.Region);
        explanation.Add("endpoint", new EcrTokenIssuer(context, choice).EndpointOf(aws, registry));
        explanation.Add("decided by", choice.Origin);
        explanation.Add("profile", $"{aws.Settings.ProfileName} ({aws.Settings.ProfileOrigin})");
        explanation.Add("role", choice.RoleArn);
        CredentialPlan plan = new CredentialPlanner(aws).Plan(choice);
        explanation.Add("identity", plan.Source.Describe());
        explanation.Add("warning", plan.Warnings.Count > 0 ? string.Join("; ", plan.Warnings) : null);
        if (isAllowed)
            explanation.AddCache(context, registry);
        return explanation;
    }

    public void Print()
    {
        int width = _facts.Max(fact => fact.Name.Length) + 2;
        var text = new StringBuilder();
        foreach ((string name, string value) in _facts)
            text.Append(name.PadRight(width)).Append(value).Append('\n');
        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>One object; a name of several words is joined by an underscore.</summary>
    public void PrintJson() =>
        StandardStreams.WriteOutput(
            JsonOutput.FormatLine(
                writer =>
                {
                    writer.WriteStartObject();
                    foreach ((string name, string value) in _facts)
                        writer.WriteString(name.Replace(' ', '_'), value);
                    writer.WriteEndObject();
                },
                isIndented: true
            )
        );

    private void Add(string name, string? value)
    {
        if (value is not null)
            _facts.Add((name, value));
    }

    private void AddCache(HelperContext context, EcrRegistry registry)
    {
        if (TokenCache.OpenExisting(context.Environment) is not { } cache)
        {
            Add(
                "cache",
                CacheLocation.Tokens(context.Environment, out string? reason) is { } place
                    ? PrivateDirectory.WhyUnusable(place) ?? "empty"
                    : reason
            );
            Add("answer", "AWS is asked");
            return;
        }
        CacheKey cacheKey = CacheKey.Compute(context.Caller, cache.Seed);
        string key = cacheKey.KeyOf(registry);
        Add("cache", Path.Combine(cache.Directory, key));
        CachedToken? token = cache.Find(registry, cacheKey, context.Caller);
        if (cache.FindFailure(key) is { } failure && (token is null || !failure.IsOver(token)))
            Add("last failure", $"{Ago(context, failure.At / 1000)}: {failure.Message}");
        long now = context.Now.ToUnixTimeSeconds();
        if (token is null || !token.IsValid(now))
        {
            Add(
                "answer",
                token is null
                    ? "AWS is asked: nothing is cached for this identity"
                    : $"AWS is asked: the cached token ended {Ago(context, token.ExpiresAt)}"
            );
            return;
        }
        string what =
            token.Origin == TokenOrigin.Login
                ? "the token that docker login stored, which outranks a fetched one,"
                : "the cached token";
        Add("answer", $"{what} of {Ago(context, token.IssuedAt)} ({token.Source})");
        Add("renewed", token.IsFresh(now) ? Renewal(token) : "with the next get");
        Add("expires", Text(token.ExpiresAt));
    }

    private static string Ago(HelperContext context, long seconds)
    {
        TimeSpan age = TimeSpan.FromSeconds(Math.Max(0, context.Now.ToUnixTimeSeconds() - seconds));
        if (age.TotalHours >= 1)
            return $"{(int)age.TotalHours} h {age.Minutes} min ago";
        return age.TotalMinutes >= 1 ? $"{age.Minutes} min ago" : $"{age.Seconds} s ago";
    }

    private static string Renewal(CachedToken token) =>
        token.Origin == TokenOrigin.Login ? "never" : $"after {Text(token.RenewAt)}";

    private static string Text(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
