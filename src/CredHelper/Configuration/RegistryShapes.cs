using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// The forms of ECR host names, used to check whether a pattern can match any of them: a section that never matches is
/// a mistake, and its registry would use another identity. In a form, <c>D</c> is a digit, <c>N</c> one or more of
/// them, <c>L</c> a letter, <c>W</c> one or more of those; everything else is literal.
/// </summary>
internal static class RegistryShapes
{
    private const string Account = "DDDDDDDDDDDD";
    private const int LongestHost = 253;

    /// <summary>Parts that occur in every ECR host name and in no other registry.</summary>
    private static readonly string[] OwnParts = [".dkr.ecr", ".dkr-ecr", .. EcrRegistry.PublicHosts];

    private static readonly string[] All =
    [
        .. EcrRegistry.PublicHosts,
        .. Partition.Known.SelectMany(partition =>
            ((string?[])[partition.DnsSuffix, partition.DualStackSuffix])
                .OfType<string>()
                .SelectMany(suffix =>
                    new[] { ".dkr.ecr", ".dkr.ecr-fips", ".dkr-ecr", ".dkr-ecr-fips" }.Select(service =>
                        $"{Account}{service}.{RegionOf(partition)}.{suffix}"
                    )
                )
        ),
    ];

    public static bool Has(HostPattern pattern) =>
        pattern.IsLiteral
            ? EcrRegistry.TryParse(pattern.Text, out _)
            : pattern.Text.Length <= LongestHost && Array.Exists(All, shape => Overlap(pattern.Text, shape));

    /// <summary>
    /// Whether a pattern names ECR registries explicitly, rather than only matching them as <c>*</c> and
    /// <c>*.amazonaws.com</c> do.
    /// </summary>
    public static bool IsNamedIn(HostPattern pattern) =>
        Has(pattern) && Array.Exists(OwnParts, part => pattern.Text.Contains(part, StringComparison.Ordinal));

    private static string RegionOf(Partition partition) =>
        (partition.RegionPrefix.Length > 0 ? partition.RegionPrefix : "LL-") + "W-N";

    /// <summary>
    /// Whether a name exists that matches both: computed from the end, for each rest of the pattern with each rest of
    /// the form.
    /// </summary>
    private static bool Overlap(string pattern, string shape)
    {
        bool[] behind = new bool[shape.Length + 1],
            here = new bool[shape.Length + 1];
        behind[^1] = true;
        for (int p = pattern.Length - 1; p >= 0; p--)
        {
            for (int s = shape.Length; s >= 0; s--)
            {
                here[s] =
                    pattern[p] == '*'
                        ? behind[s] || (s < shape.Length && here[s + 1])
                        : s < shape.Length
                            && Fits(pattern[p], shape[s])
                            && (behind[s + 1] || (shape[s] is 'N' or 'W' && behind[s]));
            }
            (behind, here) = (here, behind);
        }
        return behind[0];
    }

    private static bool Fits(char pattern, char shape) =>
        pattern == '?'
        || shape switch
        {
            'D' or 'N' => char.IsAsciiDigit(pattern),
            'L' or 'W' => char.IsAsciiLetterLower(pattern),
            _ => pattern == shape,
        };
}
