using System.Globalization;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.JobEnvironment;

/// <summary>
/// Variables with the host in their name, as docker-credential-env reads them: <c>DOCKER_repo_example_com_USR</c> and
/// <c>_PSW</c>, with <c>_</c> for <c>.</c>, <c>-</c> and the <c>:</c> of a port. If there are none, the leading labels
/// of the host are dropped one by one: <c>DOCKER_example_com_USR</c>, <c>DOCKER_com_USR</c>, <c>DOCKER__USR</c>.
/// </summary>
internal static class HostNamedVariables
{
    private const string Prefix = "DOCKER_",
        UserSuffix = "_USR",
        SecretSuffix = "_PSW";

    /// <summary>
    /// Returns the most specific variables first. Variables without a user name or secret are a problem.
    /// </summary>
    public static IEnumerable<EnvironmentEntry> EntriesFor(EnvironmentSnapshot environment, RegistryHost host)
    {
        var variables = new LoginVariables(environment);
        foreach (string name in NamesFor(host))
        {
            string user = Prefix + name + UserSuffix,
                secret = Prefix + name + SecretSuffix;
            if (environment[user] is not null || environment[secret] is not null)
                yield return variables.Read(host, user, user, secret);
        }
    }

    /// <summary>
    /// Returns the hosts that such variables are most likely for. A name does not distinguish a dot from a hyphen; a
    /// host with a hyphen is found when it is requested.
    /// </summary>
    public static IEnumerable<RegistryHost> LikelyHosts(EnvironmentSnapshot environment)
    {
        foreach (string name in environment.NamesFrom(Prefix))
        {
            bool isUser =
                name.EndsWith(UserSuffix, StringComparison.Ordinal) && name.Length > Prefix.Length + UserSuffix.Length;
            if (isUser && LikelyHost(name[Prefix.Length..^UserSuffix.Length]) is { } host)
                yield return host;
        }
    }

    private static RegistryHost? LikelyHost(string name)
    {
        string[] parts = name.Split('_');
        bool isAddress = parts.Length == 4 && Array.TrueForAll(parts, IsNumber);
        bool hasPort = parts.Length > 1 && IsNumber(parts[^1]) && !isAddress;
        string host = hasPort ? $"{string.Join('.', parts[..^1])}:{parts[^1]}" : string.Join('.', parts);
        // A single label without a port is the end of many host names and not a host name itself.
        return parts.Length > 1 && RegistryHost.TryParse(host, out RegistryHost? likely) ? likely : null;
    }

    private static bool IsNumber(string text) => ushort.TryParse(text, CultureInfo.InvariantCulture, out _);

    /// <summary>
    /// Returns the host as it appears in a variable's name, then without its first label, and so on to none.
    /// </summary>
    private static IEnumerable<string> NamesFor(RegistryHost host) =>
        host
            .Spellings.SelectMany(spelling =>
            {
                string[] labels = spelling.Split('.');
                return Enumerable.Range(0, labels.Length + 1).Select(dropped => labels[dropped..]);
            })
            .OrderByDescending(labels => labels.Length)
            .Select(labels => string.Join('_', labels).Replace('-', '_').Replace(':', '_'))
            .Distinct(StringComparer.Ordinal);
}
