using System.Text.Json;
using System.Text.RegularExpressions;
using CredHelper.CredentialStore;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Fuzz.Targets;

/// <summary>
/// What <c>get</c> and <c>erase</c> read from standard input, up to the decision whether that host may have a token.
/// The grammar of docs/reference/protocol.md, 5, stands here a second time, as one expression, and must agree with the
/// parser both ways.
/// </summary>
internal sealed partial class ServerUrlTarget : IFuzzTarget
{
    private const string Private =
        @"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]+)\."
        + @"(?<suffix>amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn|"
        + @"sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)";

    public string Name => "server-url";

    public void Read(ReadOnlySpan<byte> input)
    {
        string url = ServerUrl.Parse(input);
        bool isRegistry = EcrRegistry.TryParse(url, out EcrRegistry? registry);
        Match match = Grammar().Match(url);
        if (isRegistry)
        {
            Promise.Holds(match.Success && HasPort(match), $"no host outside the grammar gets a token: {url}");
            Promise.Holds(
                EcrRegistry.TryParse(registry!.Host, out EcrRegistry? again),
                $"the canonical name is one: {registry.Host}"
            );
            Promise.Same(registry, again, "the canonical name stands for the same registry");
        }
        else if (match.Success && HasPort(match))
        {
            // What the expression does not know is which partition a region belongs to, and how long a name may be in
            // DNS.
            const int LongestHostName = 253;
            bool isOfPartition =
                !match.Groups["region"].Success
                || (
                    Partition.OfRegion(match.Groups["region"].Value) is { } partition
                    && (
                        match.Groups["suffix"].Value == partition.DnsSuffix
                        || match.Groups["suffix"].Value == partition.DualStackSuffix
                    )
                );
            Promise.Holds(
                !isOfPartition || match.Groups["host"].Length > LongestHostName,
                $"a host of the grammar is a registry: {url}"
            );
        }
        if (!url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            Promise.Same(
                ServerUrl.Canonical(url),
                ServerUrl.Canonical($"HTTPS://{url}/"),
                "scheme and final slash name no other login"
            );
        }

        using JsonDocument answer = JsonDocument.Parse(new Credential(url, "AWS", "secret").ToJsonLine());
        Promise.Same(url, answer.RootElement.GetProperty("ServerURL").GetString(), "the answer repeats the server URL");
    }

    private static bool HasPort(Match match) =>
        !match.Groups["port"].Success
        || (
            match.Groups["port"].Value is { Length: <= 5 } port
            && int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) is > 0 and <= 65535
        );

    [GeneratedRegex(
        @"^(?:[hH][tT][tT][pP][sS]://)?(?<host>(?i:"
            + Private
            + @"|public\.ecr\.aws|ecr-public\.aws\.com))(?::(?<port>[0-9]+))?(?:[/?][^\x00-\x1f\x7f]*)?\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Grammar();
}
