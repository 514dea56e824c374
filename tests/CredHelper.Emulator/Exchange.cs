using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CredHelper.Emulator;

/// <summary>A request in the emulator, with what the pipeline has determined about it.</summary>
internal sealed class Exchange(HttpContext context, EmulatedClock clock)
{
    /// <summary>Larger than any AWS call here; registry bodies are streamed and not limited.</summary>
    private const int LargestBufferedBody = 1 << 20;

    private byte[]? _body;

    public HttpContext Context => context;

    public HttpRequest Request => context.Request;

    public string RequestId { get; } = Guid.NewGuid().ToString();

    public string Operation { get; set; } = "";

    public Fault? Fault { get; set; }

    /// <summary>The recorded call; null until it is recorded.</summary>
    public RecordedCall? Call { get; set; }

    /// <summary>The server's visible time: the emulated clock, moved by a fault.</summary>
    public DateTimeOffset Now =>
        clock.Now + (Fault is { Kind: FaultKind.ClockSkew } skew ? TimeSpan.FromSeconds(skew.Seconds) : TimeSpan.Zero);

    /// <summary>What a fault adds to the lifetime of a new token.</summary>
    public TimeSpan LifetimeShift =>
        Fault is { Kind: not FaultKind.ClockSkew } fault ? TimeSpan.FromSeconds(fault.Seconds) : TimeSpan.Zero;

    /// <summary>The whole body, cached for repeated reads.</summary>
    public async ValueTask<byte[]> BodyAsync()
    {
        if (_body is null)
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = LargestBufferedBody;
            using MemoryStream buffer = new();
            await Request.Body.CopyToAsync(buffer, context.RequestAborted);
            _body = buffer.ToArray();
        }

        return _body;
    }
}
