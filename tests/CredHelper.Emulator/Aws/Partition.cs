using System.Text.RegularExpressions;

namespace CredHelper.Emulator.Aws;

/// <summary>
/// What a region's name says: its partition's DNS suffix; and the region that an endpoint's host name asks for.
/// </summary>
internal static partial class Partition
{
    private static readonly (string RegionPrefix, string Suffix)[] Partitions =
    [
        ("cn-", "amazonaws.com.cn"),
        ("us-gov-", "amazonaws.com"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eusc-", "amazonaws.eu"),
    ];

    public static bool IsRegion(string text) => RegionName.IsMatch(text);

    public static string SuffixOf(string region) =>
        Partitions
            .FirstOrDefault(partition => region.StartsWith(partition.RegionPrefix, StringComparison.Ordinal))
            .Suffix
        ?? "amazonaws.com";

    /// <summary>The region that the host name of a real endpoint stands for; null for a custom endpoint.</summary>
    public static string? RegionOfEndpoint(string host, string service) =>
        EndpointHost.Match(host.ToLowerInvariant()) is { Success: true } match
        && match.Groups["service"].Value == service
            ? match.Groups["region"].Value
            : null;

    [GeneratedRegex(@"^[a-z]{2,4}(-[a-z]+)+-[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName { get; }

    [GeneratedRegex(
        @"^(api\.)?(?<service>ecr-public|ecr|sts)(-fips)?\.(?<region>[a-z]{2,4}(-[a-z]+)+-[0-9]+)\.",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex EndpointHost { get; }
}
