namespace CredHelper.Registry;

/// <summary>
/// An AWS partition, as far as host names require it: its regions, the suffixes of its registries and those of its
/// APIs. A region must match its partition's pattern, so that a bucket whose name resembles a region
/// (<c>s3-website-us-east-1</c>) is not a registry. The suffixes are those of AWS's helper, the regions come from the
/// partition metadata of the AWS SDKs.
/// </summary>
/// <param name="DnsSuffix">The suffix of registries and APIs.</param>
/// <param name="DualStackSuffix">The suffix of registries over IPv4 and IPv6; null if the partition has none.</param>
/// <param name="ApiDualStackSuffix">The suffix of APIs over IPv4 and IPv6.</param>
internal sealed record Partition(
    string Name,
    string RegionPrefix,
    string DnsSuffix,
    string? DualStackSuffix,
    string ApiDualStackSuffix
)
{
    private static readonly Partition[] All =
    [
        new("aws-us-gov", "us-gov-", "amazonaws.com", "on.aws", "api.aws"),
        new("aws-iso", "us-iso-", "c2s.ic.gov", null, "api.aws.ic.gov"),
        new("aws-iso-b", "us-isob-", "sc2s.sgov.gov", null, "api.aws.scloud"),
        new("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", null, "api.cloud-aws.adc-e.uk"),
        new("aws-iso-f", "us-isof-", "csp.hci.ic.gov", null, "api.aws.hci.ic.gov"),
        new("aws-eusc", "eusc-de-", "amazonaws.eu", null, "api.amazonwebservices.eu"),
        new("aws-cn", "cn-", "amazonaws.com.cn", "on.amazonwebservices.com.cn", "api.amazonwebservices.com.cn"),
        // Every other two-letter area, including future ones: us-, eu-, ap-, sa-, ca-, me-, af-, il-, mx-, …
        new("aws", "", "amazonaws.com", "on.aws", "api.aws"),
    ];

    public static IReadOnlyList<Partition> Known => All;

    public static Partition Commercial => All[^1];

    /// <summary>
    /// Returns the partition of a region such as <c>eu-west-1</c>; null if the text is not a region name.
    /// </summary>
    public static Partition? OfRegion(ReadOnlySpan<char> region)
    {
        foreach (Partition partition in All)
        {
            if (!region.StartsWith(partition.RegionPrefix, StringComparison.Ordinal))
                continue;
            ReadOnlySpan<char> rest = region[partition.RegionPrefix.Length..];
            if (partition.RegionPrefix.Length > 0)
                return IsWordAndNumber(rest) ? partition : null;
            return
                rest.Length > 3
                && char.IsAsciiLetterLower(rest[0])
                && char.IsAsciiLetterLower(rest[1])
                && rest[2] == '-'
                && IsWordAndNumber(rest[3..])
                ? partition
                : null;
        }
        return null;
    }

    /// <summary><c>[a-z]+-[0-9]+</c>, as in <c>west-1</c>.</summary>
    private static bool IsWordAndNumber(ReadOnlySpan<char> text)
    {
        int dash = text.IndexOf('-');
        return dash > 0
            && text.Length > dash + 1
            && text.Length <= dash + 3
            && !text[..dash].ContainsAnyExceptInRange('a', 'z')
            && !text[(dash + 1)..].ContainsAnyExceptInRange('0', '9');
    }
}
