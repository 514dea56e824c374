using System.Globalization;
using System.Text;
using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>How a token got into the cache.</summary>
internal enum TokenOrigin
{
    /// <summary>Requested from ECR by this program.</summary>
    Fetched,

    /// <summary>Stored by <c>docker login</c>; it takes precedence over a fetched token until it expires.</summary>
    Login,
}

/// <summary>
/// A registry token with what is needed to decide whether it may be used: the registry and identity that it is for, its
/// times (Unix seconds by the local clock) and the inputs that it depends on. <see cref="Source"/> and <see
/// cref="Selector"/> are plain text and hold no secrets.
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
    /// <inheritdoc cref="TokenEntry.Kind"/>
    public static string Kind => Encoding.UTF8.GetString(TokenEntry.Kind);

    /// <summary>
    /// The alias of the registry that the token was fetched for; null if it was fetched for the registry's own host
    /// name.
    /// </summary>
    public string? Alias { get; init; }

    /// <summary>The inputs that are not part of the key, each with its digest at the time of the fetch.</summary>
    public (Dependency Input, string Digest)[] Dependencies { get; init; } = [];

    /// <summary>The inputs without their digests.</summary>
    public IEnumerable<Dependency> Inputs => Dependencies.Select(dependency => dependency.Input);

    private TokenTimes Times => new(IssuedAt, RenewAt, ExpiresAt);

    /// <inheritdoc cref="TokenTimes.IsFresh"/>
    public bool IsFresh(long now) => Times.IsFresh(now);

    /// <inheritdoc cref="TokenTimes.IsValid"/>
    public bool IsValid(long now) => Times.IsValid(now);

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
            fields.Add(new(input.Word, $"{digest} {input.Name}"));
        fields.Add(new("username", Username));
        fields.Add(new("secret", Secret));
        return RecordFile.Format(Kind, seed, fields);
    }

    /// <summary>Returns null if the content is not an intact entry.</summary>
    public static CachedToken? Parse(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> content)
    {
        byte[] seedCopy = seed.ToArray(),
            contentCopy = content.ToArray();
        return NativeScratch.Use(
            (ref Scratch scratch) =>
                TokenEntry.TryRead(
                    ref scratch,
                    scratch.AddCopy(seedCopy),
                    scratch.AddCopy(contentCopy),
                    out TokenEntry entry
                )
                    ? Of(entry)
                    : null
        );
    }

    private static CachedToken Of(TokenEntry entry)
    {
        List<(Dependency, string)>? dependencies = null;
        while (entry.TryNextDependency(out DependencyKind kind, out Bytes digest, out Bytes input))
            (dependencies ??= []).Add((new Dependency(kind, RecordFile.Text(input)), RecordFile.Text(digest)));
        return new CachedToken(
            RecordFile.Text(entry.Registry),
            RecordFile.Text(entry.Selector),
            RecordFile.Text(entry.Source),
            entry.Origin.IsSame("login"u8) ? TokenOrigin.Login : TokenOrigin.Fetched,
            RecordFile.Text(entry.Username),
            RecordFile.Text(entry.Secret),
            entry.Times.IssuedAt,
            entry.Times.RenewAt,
            entry.Times.ExpiresAt
        )
        {
            Alias = entry.Alias.IsEmpty ? null : RecordFile.Text(entry.Alias),
            Dependencies = dependencies?.ToArray() ?? [],
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => $"{Origin} token of {Registry} ({Source}), expires {ExpiresAt}";
}
