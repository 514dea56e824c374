using System.Text.Encodings.Web;
using System.Text.Json;
using CredHelper.Emulator.Signing;

namespace CredHelper.Emulator.Aws;

/// <summary>
/// A service with the AWS JSON 1.1 protocol: selected by X-Amz-Target, with signed calls and errors with <c>__type</c>.
/// </summary>
internal abstract class JsonService(SignatureVerifier signatures) : Service
{
    private const string ContentType = "application/x-amz-json-1.1";
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override ServiceError Throttled => new(400, "ThrottlingException", "Rate exceeded");

    /// <summary>The part of X-Amz-Target before the dot.</summary>
    protected abstract string TargetPrefix { get; }

    /// <summary>The service's name in a signature's scope.</summary>
    protected abstract string SigningName { get; }

    /// <summary>The only region with an endpoint; null if every region has one.</summary>
    protected virtual string? OnlyRegion => null;

    public override ValueTask<string?> RecognizeAsync(Exchange exchange)
    {
        string target = exchange.Request.Headers["X-Amz-Target"].ToString();
        string prefix = TargetPrefix + ".";
        return ValueTask.FromResult(
            exchange.Request.Method == "POST" && target.StartsWith(prefix, StringComparison.Ordinal)
                ? target[prefix.Length..]
                : null
        );
    }

    public override async Task<Answer> AnswerAsync(Exchange exchange)
    {
        byte[] body = await exchange.BodyAsync();
        AccessKey caller = Authenticate(exchange, body);
        if (exchange.Request.ContentType?.Split(';')[0] != ContentType)
            throw new ServiceError(404, "UnknownOperationException", "The content type is not " + ContentType + ".");
        using JsonDocument arguments = Parse(body);
        return Write(200, exchange, Perform(exchange, caller, arguments.RootElement));
    }

    public override Answer Describe(ServiceError error, Exchange exchange) =>
        Write(
                error.Status,
                exchange,
                writer =>
                {
                    writer.WriteString("__type", error.Code);
                    writer.WriteString("message", error.Message);
                }
            )
            .With("x-amzn-ErrorType", error.Code);

    /// <summary>
    /// Performs <see cref="Exchange.Operation"/> and returns a writer for the members of the response.
    /// </summary>
    protected abstract Action<Utf8JsonWriter> Perform(Exchange exchange, AccessKey caller, JsonElement arguments);

    protected static ServiceError UnknownOperation =>
        new(400, "UnknownOperationException", "The operation is not known.");

    protected static ServiceError InvalidParameter(string message) => new(400, "InvalidParameterException", message);

    /// <summary>A time in the format of JSON 1.1: epoch seconds with exactly three decimals.</summary>
    protected static decimal EpochSeconds(DateTimeOffset time)
    {
        long milliseconds = time.ToUnixTimeMilliseconds();
        return new decimal((int)milliseconds, (int)(milliseconds >> 32), 0, isNegative: false, scale: 3);
    }

    private static Answer Write(int status, Exchange exchange, Action<Utf8JsonWriter> members)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Json))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Answer.OfBytes(status, ContentType, buffer.ToArray()).With("x-amzn-RequestId", exchange.RequestId);
    }

    private static JsonDocument Parse(byte[] body)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException) { }

        throw new ServiceError(400, "SerializationException", "The request's body is not a JSON object.");
    }

    private AccessKey Authenticate(Exchange exchange, byte[] body)
    {
        try
        {
            string? region = OnlyRegion ?? Partition.RegionOfEndpoint(exchange.Request.Host.Host, SigningName);
            return signatures.Verify(exchange.Request, body, SigningName, region, exchange.Now);
        }
        catch (SignatureRefusal refusal)
        {
            throw new ServiceError(
                400,
                refusal.Reason switch
                {
                    RefusalReason.MissingAuthentication => "MissingAuthenticationTokenException",
                    RefusalReason.Incomplete => "IncompleteSignatureException",
                    RefusalReason.UnknownKey => "UnrecognizedClientException",
                    RefusalReason.ExpiredSession => "ExpiredTokenException",
                    _ => "InvalidSignatureException",
                },
                refusal.Message
            );
        }
    }
}
