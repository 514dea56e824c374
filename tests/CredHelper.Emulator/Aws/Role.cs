using System.Text.RegularExpressions;

namespace CredHelper.Emulator.Aws;

/// <summary>
/// A role that may be assumed: every well-formed ARN names one. A name with <c>denied</c> is refused for all callers,
/// one with <c>external-ID</c> for callers without that ExternalId.
/// </summary>
internal sealed partial record Role(string Arn, string Partition, string Account, string Name)
{
    private const string ExternalMark = "external-";

    public static Role Parse(string arn) =>
        Pattern.Match(arn) is { Success: true } match
            ? new Role(arn, match.Groups["partition"].Value, match.Groups["account"].Value, match.Groups["name"].Value)
            : throw new ServiceError(400, "ValidationError", $"{arn} is invalid");

    public bool Admits(string? externalId)
    {
        int mark = Name.IndexOf(ExternalMark, StringComparison.Ordinal);
        return !Name.Contains("denied", StringComparison.Ordinal)
            && (mark < 0 || Name[(mark + ExternalMark.Length)..] == externalId);
    }

    public string SessionArn(string sessionName) => $"arn:{Partition}:sts::{Account}:assumed-role/{Name}/{sessionName}";

    [GeneratedRegex(
        @"^arn:(?<partition>aws[a-z-]*):iam::(?<account>[0-9]{12}):role/([!-~]+/)?(?<name>[\w+=,.@-]{1,64})\z",
        RegexOptions.CultureInvariant | RegexOptions.ECMAScript
    )]
    private static partial Regex Pattern { get; }
}
