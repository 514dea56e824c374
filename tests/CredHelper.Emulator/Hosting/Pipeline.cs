using System.Globalization;
using CredHelper.Emulator.Control;
using CredHelper.Emulator.Signing;
using Microsoft.AspNetCore.Http;

namespace CredHelper.Emulator.Hosting;

/// <summary>Handles a request: finds its service, records the call, applies a fault, and responds.</summary>
/// <param name="stopping">Ends the waits of faults when the emulator stops.</param>
internal sealed class Pipeline(
    IReadOnlyList<Service> services,
    EmulatedClock clock,
    CallLog calls,
    FaultList faults,
    CancellationToken stopping
)
{
    public async Task HandleAsync(HttpContext context)
    {
        Exchange exchange = new(context, clock);
        try
        {
            Service? service = await RecognizeAsync(exchange);
            RecordedCall call = Record(exchange, service?.Name ?? "unknown");
            if (service is null)
            {
                using Answer unknown = Answer.OfText(
                    404,
                    "text/plain; charset=utf-8",
                    "no service of the emulator knows this request\n"
                );
                await AnswerWriter.WriteAsync(unknown, exchange, call);
                return;
            }

            exchange.Fault = faults.Take(service.Name, exchange.Operation);
            await AnswerAsync(service, exchange, call);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = exception.StatusCode;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has disconnected, or the emulator is stopping.
            context.Abort();
        }
    }

    private async Task<Service?> RecognizeAsync(Exchange exchange)
    {
        foreach (Service service in services)
        {
            if (await service.RecognizeAsync(exchange) is not { } operation)
                continue;
            exchange.Operation = operation;
            return service;
        }

        exchange.Operation = exchange.Request.Method + " " + exchange.Request.Path;
        return null;
    }

    private RecordedCall Record(Exchange exchange, string service)
    {
        SignedAuthorization? authorization = SignedAuthorization.TryParse(exchange.Request);
        RecordedCall call = new()
        {
            Service = service,
            Operation = exchange.Operation,
            Host = exchange.Request.Host.Value ?? "",
            AccessKeyId = authorization?.AccessKeyId,
            Region = authorization?.Region,
            UserAgent = exchange.Request.Headers.UserAgent is [{ } agent, ..] ? agent : null,
            Time = clock.Now,
        };
        calls.Add(call);
        exchange.Call = call;
        return call;
    }

    private async Task AnswerAsync(Service service, Exchange exchange, RecordedCall call)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(
            exchange.Context.RequestAborted,
            stopping
        );
        if (exchange.Fault is { Milliseconds: > 0 } late)
            await Task.Delay(late.Milliseconds, ended.Token);
        if (exchange.Fault?.Kind is FaultKind.Hang)
            await Task.Delay(Timeout.Infinite, ended.Token);
        if (exchange.Fault?.Kind is FaultKind.Close)
        {
            exchange.Context.Abort();
            return;
        }

        using Answer answer =
            (exchange.Fault is { } fault ? FaultAnswers.TryMake(fault, service, exchange) : null)
            ?? await ProperAnswerAsync(service, exchange);
        await AnswerWriter.WriteAsync(answer, exchange, call);
    }

    private static async Task<Answer> ProperAnswerAsync(Service service, Exchange exchange)
    {
        try
        {
            return await service.AnswerAsync(exchange);
        }
        catch (ServiceError error)
        {
            return service.Describe(error, exchange);
        }
    }
}

/// <summary>Sends a response, complete or truncated by the exchange's fault.</summary>
internal static class AnswerWriter
{
    public static async Task WriteAsync(Answer answer, Exchange exchange, RecordedCall call)
    {
        HttpResponse response = exchange.Context.Response;
        // Set before the first byte is sent, so that a client with a response also finds its status in the log.
        call.Status = answer.Status;
        response.StatusCode = answer.Status;
        foreach ((string name, string value) in answer.Headers)
            response.Headers.Append(name, value);
        response.Headers.Date = exchange.Now.ToString("R", CultureInfo.InvariantCulture);
        bool mayHaveBody = answer.Status is not (204 or 304);
        if (mayHaveBody)
            response.ContentLength = answer.Length;
        if (exchange.Fault?.Kind is FaultKind.Truncate)
            await WriteHalfAsync(answer, exchange);
        else if (mayHaveBody && exchange.Request.Method != "HEAD")
            await answer.Body.CopyToAsync(response.Body, exchange.Context.RequestAborted);
    }

    private static async Task WriteHalfAsync(Answer answer, Exchange exchange)
    {
        HttpResponse response = exchange.Context.Response;
        CancellationToken aborted = exchange.Context.RequestAborted;
        using MemoryStream whole = new();
        await answer.Body.CopyToAsync(whole, aborted);
        await response.StartAsync(aborted);
        await response.Body.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length / 2), aborted);
        // If the body is shorter than its Content-Length, Kestrel closes the connection after these bytes. An abort
        // would send a reset, which may overtake them, so that the client would get no response instead of half of one.
        await response.Body.FlushAsync(aborted);
    }
}
