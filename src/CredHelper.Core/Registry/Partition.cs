namespace CredHelper.Registry;

/// <summary>
/// An AWS partition as far as registry host names need it: the regions it has and the suffixes under which their
/// registries answer. A region outside its partition's pattern never matches, so that a bucket named like a region
/// (<c>s3-website-us-east-1</c>) is no registry. Suffixes: AWS's helper; regions: the partition metadata of the AWS
/// SDKs.
/// </summary>
internal sealed record Partition(string Name, string RegionPrefix, string DnsSuffix, string? DualStackSuffix)
{
    private static readonly Partition[] All =
    [
        new("aws-us-gov", "us-gov-", "amazonaws.com", "on.aws"),
        new("aws-iso", "us-iso-", "c2s.ic.gov", null),
        new("aws-iso-b", "us-isob-", "sc2s.sgov.gov", null),
        new("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", null),
        new("aws-iso-f", "us-isof-", "csp.hci.ic.gov", null),
        new("aws-eusc", "eusc-de-", "amazonaws.eu", null),
        new("aws-cn", "cn-", "amazonaws.com.cn", "on.amazonwebservices.com.cn"),
        // Every other two-letter area, those to come included: us-, eu-, ap-, sa-, ca-, me-, af-, il-, mx-, …
        new("aws", "", "amazonaws.com", "on.aws"),
    ];

    public static IReadOnlyList<Partition> Known => All;

    public static Partition Commercial => All[^1];

    /// <summary>The partition of a region such as <c>eu-west-1</c>; null where it is not a region's name.</summary>
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
