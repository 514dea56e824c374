using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CredHelper.Emulator.Registry;
using Microsoft.AspNetCore.Http;

namespace CredHelper.Emulator.Control;

/// <summary>
/// Implements <c>/_emulator/…</c> for scripts: calls, their number, the owner of a token, new faults, reset. Its
/// requests are never recorded or faulted.
/// </summary>
internal sealed class ControlEndpoint(CallLog calls, FaultList faults, TokenLedger tokens)
{
    public const string Prefix = "/_emulator";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters =
        {
            new JsonStringEnumConverter<FaultKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
        },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public Task HandleAsync(HttpContext context) =>
        (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", Prefix + "/calls") => context.Response.WriteAsJsonAsync(
                calls.Snapshot,
                Json,
                context.RequestAborted
            ),
            ("GET", Prefix + "/calls/count") => CountAsync(context),
            ("POST", Prefix + "/token") => TellTokenAsync(context),
            ("POST", Prefix + "/faults") => AddFaultAsync(context),
            ("POST", Prefix + "/reset") => ResetAsync(context),
            _ => TextAsync(context, 404, "no such control endpoint"),
        };

    private Task CountAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        int count = calls.Count(query["service"], query["operation"]);
        return TextAsync(context, 200, count.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// The request body is a password; the response contains its account (empty for ECR Public) and the identity that
    /// it was issued to.
    /// </summary>
    private async Task TellTokenAsync(HttpContext context)
    {
        using StreamReader body = new(context.Request.Body);
        string password = await body.ReadToEndAsync(context.RequestAborted);
        await (
            tokens.Find(password) is { } token
                ? TextAsync(context, 200, $"{token.Account} {token.Principal}")
                : TextAsync(context, 404, "never issued")
        );
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        try
        {
            // Parsed as JSON whatever the Content-Type is: `curl -d` sends that of a form.
            Fault? fault = await JsonSerializer.DeserializeAsync<Fault>(
                context.Request.Body,
                Json,
                context.RequestAborted
            );
            faults.Add(fault ?? throw new JsonException("a fault is a JSON object"));
            context.Response.StatusCode = 204;
        }
        catch (JsonException exception)
        {
            await TextAsync(context, 400, exception.Message);
        }
    }

    private Task ResetAsync(HttpContext context)
    {
        faults.Clear();
        calls.Clear();
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
