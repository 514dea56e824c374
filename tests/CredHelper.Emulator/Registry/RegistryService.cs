using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CredHelper.Emulator.Registry;

/// <summary>
/// The front end of a registry: it checks the credentials, then the upstream responds. Errors follow the OCI
/// distribution specification.
/// </summary>
internal abstract class RegistryService(ReverseProxy? upstream) : Service
{
    private const string ContentType = "application/json";
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public override ServiceError Throttled => new(429, "TOOMANYREQUESTS", "Rate exceeded");

    public override int StatusOf(string code) => code == "UNAUTHORIZED" ? 401 : 403;

    public override Answer Describe(ServiceError error, Exchange exchange) =>
        ToClient(Document(error.Status, new { errors = new[] { new { code = error.Code, message = error.Message } } }));

    /// <summary>The response to an accepted request.</summary>
    protected async Task<Answer> PassAsync(Exchange exchange)
    {
        if (upstream is not null)
            return await upstream.ForwardAsync(exchange);
        return exchange.Request.Path.Value is "/v2/" or "/v2"
            ? ToClient(Document(200, new { }))
            : throw new ServiceError(404, "NAME_UNKNOWN", "The emulator was started without a registry behind it.");
    }

    protected static string OperationOf(HttpRequest request) => request.Method + " " + request.Path;

    protected static bool IsRegistryPath(HttpRequest request) =>
        request.Path.StartsWithSegments("/v2", StringComparison.Ordinal);

    protected static Answer Document(int status, object content) =>
        Answer.OfBytes(status, ContentType, JsonSerializer.SerializeToUtf8Bytes(content, Json));

    protected static Answer ToClient(Answer answer) => answer.With("Docker-Distribution-Api-Version", "registry/2.0");

    /// <summary>User and password of a Basic header; null if it is missing or malformed.</summary>
    protected static (string User, string Password)? BasicCredentials(HttpRequest request)
    {
        if (Credentials(request, "Basic") is not { } encoded)
            return null;
        try
        {
            string text = Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The part of the Authorization header after the scheme.</summary>
    protected static string? Credentials(HttpRequest request, string scheme) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out AuthenticationHeaderValue? header)
        && header.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase)
            ? header.Parameter
            : null;
}
