using System.Text.Json;
using CredHelper.Emulator.Registry;
using CredHelper.Emulator.Signing;

namespace CredHelper.Emulator.Aws;

/// <summary>Amazon ECR Public's GetAuthorizationToken, which is only available in us-east-1.</summary>
internal sealed class EcrPublicService(SignatureVerifier signatures, TokenLedger tokens, TimeSpan lifetime)
    : JsonService(signatures)
{
    public override string Name => "ecr-public";

    protected override string TargetPrefix => "SpencerFrontendService";

    protected override string SigningName => "ecr-public";

    protected override string OnlyRegion => "us-east-1";

    protected override Action<Utf8JsonWriter> Perform(Exchange exchange, AccessKey caller, JsonElement arguments)
    {
        if (exchange.Operation != "GetAuthorizationToken")
            throw UnknownOperation;
        TimeSpan life = lifetime + exchange.LifetimeShift;
        DateTimeOffset shownExpiry = exchange.Now + life;
        RegistryToken token = tokens.Issue(account: null, life, shownExpiry, caller);
        return writer =>
        {
            writer.WriteStartObject("authorizationData");
            writer.WriteString("authorizationToken", token.AuthorizationToken);
            writer.WriteNumber("expiresAt", EpochSeconds(shownExpiry));
            writer.WriteEndObject();
        };
    }
}
