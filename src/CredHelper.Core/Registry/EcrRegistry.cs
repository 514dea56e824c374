using System.Diagnostics.CodeAnalysis;
using CredHelper.Protocol;

namespace CredHelper.Registry;

/// <summary>The two services that issue registry tokens.</summary>
internal enum EcrService
{
    /// <summary>Amazon ECR: one registry per account and region.</summary>
    Private,

    /// <summary>Amazon ECR Public: one registry for everyone.</summary>
    Public,
}

/// <summary>
/// A registry of Amazon ECR, identified by its host name (docs/reference/protocol.md, 5). <see cref="Host"/> is its
/// canonical spelling, in lower case and without a port, and is used as its name everywhere. <see cref="AccountId"/> is
/// null for ECR Public.
/// </summary>
internal sealed record EcrRegistry(
    EcrService Service,
    string? AccountId,
    string Region,
    Partition Partition,
    bool IsFips,
    bool IsDualStack
)
{
    private const string PublicHost = "public.ecr.aws";
    private const string PublicDualStackHost = "ecr-public.aws.com";
    private const string PublicRegion = "us-east-1";

    // Computed, so that a copy made with `with` does not keep the name of the original.
    public string Host => Service == EcrService.Public ? PublicName : PrivateName;

    private string PublicName => IsDualStack ? PublicDualStackHost : PublicHost;

    private string PrivateName =>
        $"{AccountId}.{(IsDualStack ? "dkr-ecr" : "dkr.ecr")}{(IsFips ? "-fips" : "")}.{Region}."
        + $"{(IsDualStack ? Partition.DualStackSuffix : Partition.DnsSuffix)}";

    /// <summary>Whether images can be pulled without credentials, as from ECR Public.</summary>
    public bool ServesAnonymously => Service == EcrService.Public;

    public static IReadOnlyList<string> PublicHosts => [PublicHost, PublicDualStackHost];

    /// <summary>The alias that the client requested, in lower case; an alias may have its own identity.</summary>
    public string? Alias { get; init; }

    /// <summary>The host name that the client requested: the alias, or the registry's own.</summary>
    public string RequestedHost => Alias ?? Host;

    /// <summary>Returns the private registry of an account in a region, without FIPS and dual-stack.</summary>
    public static EcrRegistry OfAccount(string accountId, string region) =>
        new(
            EcrService.Private,
            accountId,
            region,
            Partition.OfRegion(region) ?? throw new ArgumentException($"'{region}' is not a region", nameof(region)),
            false,
            false
        );

    public static EcrRegistry PublicGallery { get; } =
        new(EcrService.Public, null, PublicRegion, Partition.Commercial, false, false);

    /// <summary>
    /// Reads a server URL as docker clients send it: the host, optionally with <c>https://</c>, a port, a path or a
    /// query. Returns false for every other host, for <c>http://</c>, user names, invalid ports and non-ASCII
    /// characters.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> serverUrl, [NotNullWhen(true)] out EcrRegistry? registry)
    {
        registry = null;
        if (serverUrl.ContainsAnyInRange('\0', '\u001F') || serverUrl.Contains('\u007F'))
            return false;
        ReadOnlySpan<char> server = ServerUrl.ServerName(serverUrl);
        int colon = server.IndexOf(':');
        if (colon >= 0 && !IsPort(server[(colon + 1)..]))
            return false;

        ReadOnlySpan<char> host = colon < 0 ? server : server[..colon];
        const int LongestHostName = 253;
        return host.Length is > 0 and <= LongestHostName
            && (TryParsePublic(host, out registry) || TryParsePrivate(host, out registry));
    }

    private static bool TryParsePublic(ReadOnlySpan<char> host, [NotNullWhen(true)] out EcrRegistry? registry)
    {
        registry = null;
        if (host.SequenceEqual(PublicHost))
            registry = PublicGallery;
        else if (host.SequenceEqual(PublicDualStackHost))
            registry = PublicGallery with { IsDualStack = true };
        return registry is not null;
    }

    private static bool TryParsePrivate(ReadOnlySpan<char> host, [NotNullWhen(true)] out EcrRegistry? registry)
    {
        registry = null;
        const int AccountDigits = 12;
        if (host.Length <= AccountDigits || host[..AccountDigits].ContainsAnyExceptInRange('0', '9'))
            return false;
        ReadOnlySpan<char> account = host[..AccountDigits],
            rest = host[AccountDigits..];
        if (!TryTake(ref rest, ".dkr.ecr") && !TryTake(ref rest, ".dkr-ecr"))
            return false;
        bool fips = TryTake(ref rest, "-fips");
        if (!TryTake(ref rest, "."))
            return false;

        int dot = rest.IndexOf('.');
        if (dot < 0)
            return false;
        ReadOnlySpan<char> region = rest[..dot],
            suffix = rest[(dot + 1)..];
        if (Partition.OfRegion(region) is not { } partition)
            return false;
        bool dualStack = partition.DualStackSuffix is { } dual && suffix.SequenceEqual(dual);
        if (!dualStack && !suffix.SequenceEqual(partition.DnsSuffix))
            return false;

        registry = new EcrRegistry(
            EcrService.Private,
            account.ToString(),
            region.ToString(),
            partition,
            fips,
            dualStack
        );
        return true;
    }

    public override string ToString() => Host;

    private static bool TryTake(ref ReadOnlySpan<char> text, string prefix)
    {
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        text = text[prefix.Length..];
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 5
        && !text.ContainsAnyExceptInRange('0', '9')
        && int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is > 0 and <= 65535;
}
