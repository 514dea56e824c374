using System.Text.Json;
using System.Text.RegularExpressions;
using CredHelper.Emulator.Registry;
using CredHelper.Emulator.Signing;

namespace CredHelper.Emulator.Aws;

/// <summary>
/// Amazon ECR's GetAuthorizationToken. It returns an entry for each registry ID; without IDs, one for the caller's
/// account.
/// </summary>
internal sealed partial class EcrService(SignatureVerifier signatures, TokenLedger tokens, TimeSpan lifetime)
    : JsonService(signatures)
{
    private const int MostRegistryIds = 10;

    public override string Name => "ecr";

    protected override string TargetPrefix => "AmazonEC2ContainerRegistry_V20150921";

    protected override string SigningName => "ecr";

    protected override Action<Utf8JsonWriter> Perform(Exchange exchange, AccessKey caller, JsonElement arguments)
    {
        if (exchange.Operation != "GetAuthorizationToken")
            throw UnknownOperation;
        string[] accounts = RegistryIds(arguments) ?? [caller.Account];
        string region = SignedAuthorization.TryParse(exchange.Request)!.Region;
        TimeSpan life = lifetime + exchange.LifetimeShift;
        DateTimeOffset shownExpiry = exchange.Now + life;
        return writer =>
        {
            writer.WriteStartArray("authorizationData");
            foreach (string account in accounts)
            {
                writer.WriteStartObject();
                writer.WriteString(
                    "authorizationToken",
                    tokens.Issue(account, life, shownExpiry, caller).AuthorizationToken
                );
                writer.WriteNumber("expiresAt", EpochSeconds(shownExpiry));
                writer.WriteString("proxyEndpoint", ProxyEndpoint(exchange, account, region));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        };
    }

    private static string ProxyEndpoint(Exchange exchange, string account, string region)
    {
        if (exchange.Fault is { Kind: FaultKind.OtherAccount, Account: { } other })
            account = other;
        return $"https://{account}.dkr.ecr.{region}.{Partition.SuffixOf(region)}";
    }

    private static string[]? RegistryIds(JsonElement arguments)
    {
        if (!arguments.TryGetProperty("registryIds", out JsonElement ids) || ids.ValueKind == JsonValueKind.Null)
            return null;
        if (
            ids.ValueKind != JsonValueKind.Array
            || ids.EnumerateArray().Any(id => id.ValueKind != JsonValueKind.String)
        )
        {
            throw new ServiceError(400, "SerializationException", "registryIds is not a list of strings.");
        }

        string[] accounts = [.. ids.EnumerateArray().Select(id => id.GetString()!)];
        if (accounts.Length is 0 or > MostRegistryIds)
        {
            throw InvalidParameter(
                "Invalid parameter at 'registryIds' failed to satisfy constraint: 'Member must have length "
                    + "from 1 to 10'"
            );
        }

        return accounts.All(AccountId.IsMatch)
            ? accounts
            : throw InvalidParameter(
                "Invalid parameter at 'registryIds' failed to satisfy constraint: 'Member must satisfy "
                    + "regular expression pattern: [0-9]{12}'"
            );
    }

    [GeneratedRegex(@"^[0-9]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex AccountId { get; }
}
