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
/// the
/// local clock) and the inputs it depends on. <see cref="Source"/> and <see cref="Selector"/> are plain words, no
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

    /// <summary>Inputs beyond the key, each with its digest at the time of the fetch.</summary>
    public (Dependency Input, string Digest)[] Dependencies { get; init; } = [];

    /// <summary>Serves as it is, without a look at the network.</summary>
    public bool IsFresh(long now) => now < RenewAt && now >= IssuedAt - ClockTolerance;

    /// <summary>Still opens the registry, though a newer one should be fetched.</summary>
    public bool IsValid(long now) => now < ExpiresAt;

    public byte[] Format(ReadOnlySpan<byte> seed)
    {
        var fields = new List<KeyValuePair<string, string>>
        {
            new("registry", Registry),
            new("selector", Selector),
            new("source", Source),
            new("origin", Origin == TokenOrigin.Login ? "login" : "fetched"),
            new("issued", Text(IssuedAt)),
            new("renew", Text(RenewAt)),
            new("expires", Text(ExpiresAt)),
        };
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
        var token = new CachedToken("", "", "", TokenOrigin.Fetched, "", "", 0, 0, 0);
        var dependencies = new List<(Dependency, string)>();
        foreach ((string name, string value) in fields)
        {
            switch (name)
            {
                case "registry":
                    token = token with { Registry = value };
                    break;
                case "selector":
                    token = token with { Selector = value };
                    break;
                case "source":
                    token = token with { Source = value };
                    break;
                case "origin":
                    token = token with { Origin = value == "login" ? TokenOrigin.Login : TokenOrigin.Fetched };
                    break;
                case "issued":
                    token = token with { IssuedAt = Number(value) };
                    break;
                case "renew":
                    token = token with { RenewAt = Number(value) };
                    break;
                case "expires":
                    token = token with { ExpiresAt = Number(value) };
                    break;
                case "username":
                    token = token with { Username = value };
                    break;
                case "secret":
                    token = token with { Secret = value };
                    break;
                case "variable" or "file" when value.IndexOf(' ', StringComparison.Ordinal) is > 0 and int space:
                    var kind = name == "file" ? DependencyKind.File : DependencyKind.Variable;
                    dependencies.Add((new Dependency(kind, value[(space + 1)..]), value[..space]));
                    break;
                default:
                    return null;
            }
        }
        return token.Registry.Length > 0 && token.Secret.Length > 0
            ? token with
            {
                Dependencies = [.. dependencies],
            }
            : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : 0;

    public override string ToString() => $"{Origin} token of {Registry} ({Source}), expires {ExpiresAt}";
}
