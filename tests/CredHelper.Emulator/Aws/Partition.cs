using System.Text.RegularExpressions;

namespace CredHelper.Emulator.Aws;

/// <summary>
/// Properties derived from the name of a region or endpoint: the DNS suffix of the partition, and the region.
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

    /// <summary>The region in the host name of a real endpoint; null for a custom endpoint.</summary>
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
