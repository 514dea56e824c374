using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// What is wrong with a name that somebody may have meant for a registry of ECR. A <c>get</c> of such a name is
/// answered like
/// that of any other registry, without a word; whoever looks for the reason is told it.
/// </summary>
internal static class NearRegistry
{
    private const int AccountDigits = 12;
    private const string Plain = "http://";

    /// <summary>In words; null for a registry of ECR, and for a name that does not look like one's.</summary>
    public static string? WhyNot(string serverUrl)
    {
        if (EcrRegistry.TryParse(serverUrl, out _))
            return null;
        if (serverUrl.StartsWith(Plain, StringComparison.OrdinalIgnoreCase))
            return EcrRegistry.TryParse(serverUrl.AsSpan(Plain.Length), out EcrRegistry? plain)
                ? $"plain http never gets a token; its name is {plain}"
                : WhyNot(serverUrl[Plain.Length..]);
        if (RegistryName.Find(serverUrl) is { } named)
            return $"ACCOUNT/REGION is for commands; a client asks for {named}";
        if (RegistryName.IsShort(serverUrl))
            return $"'{ForeignText.Clean(serverUrl.Split('/')[1])}' is not a region, such as eu-west-1";
        string text = serverUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? serverUrl["https://".Length..]
            : serverUrl;
        string[] authority = text.Split('/', '?')[0].ToLowerInvariant().Split(':');
        string host = authority[0];
        if (host.Contains('@', StringComparison.Ordinal) || !IsNear(host))
            return null;
        if (EcrRegistry.TryParse(host, out _))
            return $"'{ForeignText.Clean(string.Join(':', authority[1..]))}' is no port";
        string[] labels = host.Split('.');
        return host.Contains("public", StringComparison.Ordinal) ? "ECR Public is public.ecr.aws"
            : labels[0].Length != AccountDigits || !labels[0].All(char.IsAsciiDigit)
                ? (
                    $"an account has {AccountDigits} digits, and '{ForeignText.Clean(labels[0])}' has "
                    + $"{labels[0].Count(char.IsAsciiDigit)}"
                )
            : WhyNot(host, host[AccountDigits..]);
    }

    private static string WhyNot(string host, string rest)
    {
        foreach (string service in (string[])[".dkr.ecr-fips.", ".dkr.ecr.", ".dkr-ecr-fips.", ".dkr-ecr."])
        {
            if (!rest.StartsWith(service, StringComparison.Ordinal))
                continue;
            string[] place = rest[service.Length..].Split('.', 2);
            if (Partition.OfRegion(place[0]) is not { } partition)
                return $"'{ForeignText.Clean(place[0])}' is not a region, such as eu-west-1";
            return $"the names of {place[0]} end with .{partition.DnsSuffix}"
                + $"{(partition.DualStackSuffix is { } dual ? $" or .{dual}" : "")}"
                + $"{(place.Length == 2 ? $", not with .{ForeignText.Clean(place[1])}" : "")}";
        }
        if (rest.EndsWith("ecr", StringComparison.Ordinal) || rest.EndsWith("ecr-fips", StringComparison.Ordinal))
            return $"behind {ForeignText.Clean(host)} a region is missing";
        string[] labels = host[AccountDigits..].Split('.', 4);
        string found = labels.Length >= 3 ? $".{labels[1]}.{labels[2]}." : rest;
        return $"behind the account stands .dkr.ecr. or .dkr-ecr., not {ForeignText.Clean(found)}";
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
