using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CredHelper.Emulator.Credentials;

/// <summary>
/// A service that is selected by method and path and responds in JSON, with errors in x-amzn-ErrorType as in AWS REST
/// JSON 1.
/// </summary>
internal abstract class RestService : Service
{
    private const string ContentType = "application/json";

    public override ServiceError Throttled => new(429, "TooManyRequestsException", "HTTP 429 Unknown Code");

    public override ValueTask<string?> RecognizeAsync(Exchange exchange) =>
        ValueTask.FromResult(OperationOf(exchange.Request.Method, exchange.Request.Path.Value ?? ""));

    public override Answer Describe(ServiceError error, Exchange exchange) =>
        Json(
                error.Status,
                writer =>
                {
                    writer.WriteString("message", error.Message);
                    writer.WriteString("__type", error.Code);
                    WriteError(writer, error);
                }
            )
            .With("x-amzn-ErrorType", error.Code);

    protected abstract string? OperationOf(string method, string path);

    /// <summary>Additional members of an error.</summary>
    protected virtual void WriteError(Utf8JsonWriter writer, ServiceError error) { }

    protected static Answer Json(int status, Action<Utf8JsonWriter> members)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Answer.OfBytes(status, ContentType, buffer.ToArray());
    }

    protected static string Header(Exchange exchange, string name) => exchange.Request.Headers[name].ToString();

    protected static string Query(Exchange exchange, string name) =>
        exchange.Request.Query[name].ToString() is { Length: > 0 } value
            ? value
            : throw new ServiceError(400, "InvalidRequestException", $"{name} is missing");

    /// <summary>The members of the body that are strings.</summary>
    protected static async Task<Dictionary<string, string>> MembersAsync(Exchange exchange)
    {
        try
        {
            using JsonDocument body = JsonDocument.Parse(await exchange.BodyAsync());
            return body
                .RootElement.EnumerateObject()
                .Where(member => member.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ServiceError(400, "InvalidRequestException", "the body is not a JSON object");
        }
    }
}
