using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// Explains why a name that resembles an ECR registry is not one. <c>get</c> treats such a name like any other
/// registry, without a message; the explanation is for users who look for the reason.
/// </summary>
internal static class NearRegistry
{
    private const int AccountDigits = 12;
    private const string Transport = "docker://";

    /// <summary>
    /// Returns the explanation; null for a registry of ECR, and for a name that does not resemble one.
    /// </summary>
    public static string? WhyNot(string serverUrl)
    {
        return EcrRegistry.TryParse(serverUrl, out _) ? null : WhyNotReference(serverUrl) ?? WhyNotName(serverUrl);
    }

    /// <summary>Explains what surrounds a name that would otherwise be valid.</summary>
    private static string? WhyNotReference(string text)
    {
        if (EcrRegistry.TryParse(text.Trim(), out EcrRegistry? padded))
            return $"there is white space around {padded}";
        if (!AsciiCase.StartsWith(text, Transport))
            return null;
        ReadOnlySpan<char> name = text.AsSpan(Transport.Length);
        return EcrRegistry.TryParse(name, out EcrRegistry? transported)
            ? $"{Transport} is a transport of podman and skopeo; use {transported}"
            : null;
    }

    private const string ForeignCharacter = "it contains a character that is not valid in a registry's name";

    private static string? WhyNotName(string serverUrl)
    {
        if (ServerUrl.IsPlainHttp(serverUrl))
        {
            string rest = ServerUrl.WithoutScheme(serverUrl);
            return EcrRegistry.TryParse(rest, out EcrRegistry? plain)
                ? $"plain http never gets a token; use {plain}"
                : WhyNot(rest);
        }
        if (RegistryName.Find(serverUrl) is { } named)
            return $"ACCOUNT/REGION is only for commands; clients use {named}";
        if (RegistryName.IsShort(serverUrl))
            return NotARegion(serverUrl.Split('/')[1]);
        string[] authority = ServerUrl.ServerName(serverUrl)!.Split(':', 2);
        string host = authority[0];
        if (host.Contains('@', StringComparison.Ordinal) || !IsNear(host))
            return null;
        if (!System.Text.Ascii.IsValid(host))
            return ForeignCharacter;
        if (!EcrRegistry.TryParse(host, out _))
            return WhyNotHost(host);
        return authority is [_, var port] ? $"'{ForeignText.Clean(port)}' is not a port" : ForeignCharacter;
    }

    private static string WhyNotHost(string host)
    {
        if (host.Contains("public", StringComparison.Ordinal))
            return "the host of ECR Public is public.ecr.aws";
        string account = host.Split('.')[0];
        int digits = account.Count(char.IsAsciiDigit);
        return account.Length == AccountDigits && digits == AccountDigits
            ? WhyNot(host, host[AccountDigits..])
            : $"an account id has {AccountDigits} digits, but '{ForeignText.Clean(account)}' has {digits}";
    }

    private static string NotARegion(string text) => $"'{ForeignText.Clean(text)}' is not a region, such as eu-west-1";

    private static string WhyNot(string host, string rest)
    {
        foreach (string service in (string[])[".dkr.ecr-fips.", ".dkr.ecr.", ".dkr-ecr-fips.", ".dkr-ecr."])
        {
            if (!rest.StartsWith(service, StringComparison.Ordinal))
                continue;
            string[] place = rest[service.Length..].Split('.', 2);
            if (Partition.OfRegion(place[0]) is not { } partition)
                return NotARegion(place[0]);
            return $"registry hosts in {place[0]} end with .{partition.DnsSuffix}"
                + $"{(partition.DualStackSuffix is { } dual ? $" or .{dual}" : "")}"
                + $"{(place.Length == 2 ? $", not with .{ForeignText.Clean(place[1])}" : "")}";
        }
        if (rest.EndsWith("ecr", StringComparison.Ordinal) || rest.EndsWith("ecr-fips", StringComparison.Ordinal))
            return $"the region is missing after {ForeignText.Clean(host)}";
        string[] labels = host[AccountDigits..].Split('.', 4);
        string found = labels.Length >= 3 ? $".{labels[1]}.{labels[2]}." : rest;
        return $"the account id must be followed by .dkr.ecr. or .dkr-ecr., not {ForeignText.Clean(found)}";
    }

    private static bool IsNear(string host) =>
        host.Contains(".dkr.ecr", StringComparison.Ordinal)
        || host.Contains(".dkr-ecr", StringComparison.Ordinal)
        || (
            host.Contains("ecr", StringComparison.Ordinal)
            && (host.Contains("amazon", StringComparison.Ordinal) || host.EndsWith(".aws", StringComparison.Ordinal))
        )
        || (
            host.Length > AccountDigits
            && host.EndsWith(".amazonaws.com", StringComparison.Ordinal)
            && host.AsSpan(0, AccountDigits).ContainsAnyExceptInRange('0', '9') is false
        );
}
