using System.Buffers;
using CredHelper.Errors;

namespace CredHelper.Aws.Config;

/// <summary>
/// Validates regions in settings. A region becomes part of host names, so the check is botocore's: a valid host label.
/// New regions need no change here. botocore's pseudo regions are replaced by the region that they denote.
/// </summary>
internal static class RegionName
{
    private const int Longest = 63;
    private const string Example = "eu-west-1";
    private static readonly SearchValues<char> Characters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-"
    );

    /// <exception cref="HelperException">The value cannot be a region; the message contains its origin.</exception>
    public static string Of(Setting setting)
    {
        if (!IsLabel(setting.Value))
        {
            string hint = setting.Origin.StartsWith("AWS_", StringComparison.Ordinal)
                ? $"set {setting.Origin} to a region such as {Near(setting.Value)}"
                : $"set it to a region such as {Near(setting.Value)}";
            throw SettingLookup.Refusal(setting, "which is not a region", hint);
        }
        return setting.Value switch
        {
            "aws-global" => "us-east-1",
            "aws-cn-global" => "cn-north-1",
            "aws-us-gov-global" => "us-gov-west-1",
            var region => WithoutFips(region),
        };
    }

    /// <summary>Whether the name is a pseudo region for the FIPS endpoints of a region.</summary>
    public static bool IsFips(string region) => WithoutFips(region) != region;

    private static string WithoutFips(string region)
    {
        if (region.StartsWith("fips-", StringComparison.Ordinal))
            return region["fips-".Length..];
        return region.EndsWith("-fips", StringComparison.Ordinal) ? region[..^"-fips".Length] : region;
    }

    private static bool IsLabel(string region) =>
        region.Length is > 0 and <= Longest
        && !region.AsSpan().ContainsAnyExcept(Characters)
        && region[0] != '-'
        && region[^1] != '-'
        && region.AsSpan().ContainsAnyInRange('a', 'z');

    /// <summary>Returns the region that a value in quotes or capitals was meant to be; otherwise an example.</summary>
    private static string Near(string value)
    {
        string plain = value.Trim('"', '\'', ' ').ToLowerInvariant();
        return KnownRegions.Contains(plain) ? plain : Example;
    }
}
