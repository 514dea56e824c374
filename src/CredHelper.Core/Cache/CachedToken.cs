using System.Globalization;

namespace CredHelper.Cache;

/// <summary>How a token came into the cache.</summary>
internal enum TokenOrigin
{
    /// <summary>ECR issued it to us.</summary>
    Fetched,

    /// <summary>A person or script stored it by <c>docker login</c>; it outranks a fetched one until it ends.</summary>
    Login,
}

/// <summary>
/// A registry token with what is needed to judge it: the registry and identity it is for, its times (Unix seconds by
/// the local clock) and the inputs it depends on. <see cref="Source"/> and <see cref="Selector"/> are plain words, no
/// secrets.
/// </summary>
internal sealed record CachedToken(
    string Registry,
    string Selector,
    string Source,
    TokenOrigin Origin,
    string Username,
    string Secret,
    long IssuedAt,
    long RenewAt,
    long ExpiresAt
)
{
    /// <summary>The first line of the file, with the version of its layout.</summary>
    public const string Kind = "ecr-token 1";

    /// <summary>Seconds by which a clock may have run backwards before an entry's times are doubted.</summary>
    private const long ClockTolerance = 300;

    /// <summary>The other host name that it was fetched for; null if that was the registry's own.</summary>
    public string? Alias { get; init; }

    /// <summary>Inputs beyond the key, each with its digest at the time of the fetch.</summary>
    public (Dependency Input, string Digest)[] Dependencies { get; init; } = [];

    /// <summary>Serves as it is, without a look at the network.</summary>
    public bool IsFresh(long now) => now < RenewAt && now >= IssuedAt - ClockTolerance;

    /// <summary>Still opens the registry, though a newer one should be fetched.</summary>
    public bool IsValid(long now) => now < ExpiresAt;

    public byte[] Format(ReadOnlySpan<byte> seed)
    {
        var fields = new List<KeyValuePair<string, string>> { new("registry", Registry) };
        if (Alias is not null)
            fields.Add(new("alias", Alias));
        fields.AddRange([
            new("selector", Selector),
            new("source", Source),
            new("origin", Origin == TokenOrigin.Login ? "login" : "fetched"),
            new("issued", Text(IssuedAt)),
            new("renew", Text(RenewAt)),
            new("expires", Text(ExpiresAt)),
        ]);
        foreach ((Dependency input, string digest) in Dependencies)
            fields.Add(new(input.Kind == DependencyKind.Variable ? "variable" : "file", $"{digest} {input.Name}"));
        fields.Add(new("username", Username));
        fields.Add(new("secret", Secret));
        return RecordFile.Format(Kind, seed, fields);
    }

    /// <summary>Null where the content is not an intact entry.</summary>
    public static CachedToken? Parse(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> content)
    {
        if (RecordFile.Parse(Kind, seed, content) is not { } fields)
            return null;
        List<(Dependency, string)>? dependencies = null;
        foreach ((string name, string value) in fields)
        {
            if (ParseDependency(name, value) is { } dependency)
                (dependencies ??= []).Add(dependency);
            else if (!IsField(name))
                return null;
        }
        if (Find(fields, "registry") is not { Length: > 0 } registry)
            return null;
        if (Find(fields, "secret") is not { Length: > 0 } secret)
            return null;
        return new CachedToken(
            registry,
            Text(fields, "selector"),
            Text(fields, "source"),
            Find(fields, "origin") == "login" ? TokenOrigin.Login : TokenOrigin.Fetched,
            Text(fields, "username"),
            secret,
            Number(Find(fields, "issued")),
            Number(Find(fields, "renew")),
            Number(Find(fields, "expires"))
        )
        {
            Alias = Find(fields, "alias"),
            Dependencies = dependencies?.ToArray() ?? [],
        };
    }

    private static (Dependency, string)? ParseDependency(string name, string value)
    {
        if (name is not ("variable" or "file"))
            return null;
        int space = value.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0)
            return null;
        DependencyKind kind = name == "file" ? DependencyKind.File : DependencyKind.Variable;
        return (new Dependency(kind, value[(space + 1)..]), value[..space]);
    }

    private static bool IsField(string name) =>
        name
            is "registry"
                or "alias"
                or "selector"
                or "source"
                or "origin"
                or "issued"
                or "renew"
                or "expires"
                or "username"
                or "secret";

    private static string? Find(List<KeyValuePair<string, string>> fields, string name)
    {
        foreach ((string key, string value) in fields)
        {
            if (key == name)
                return value;
        }
        return null;
    }

    private static string Text(List<KeyValuePair<string, string>> fields, string name) => Find(fields, name) ?? "";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : 0;

    public override string ToString() => $"{Origin} token of {Registry} ({Source}), expires {ExpiresAt}";
}
