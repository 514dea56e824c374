using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CredHelper.Emulator;

/// <summary>One request on its way through the emulator, with what the pipeline has found out about it.</summary>
internal sealed class Exchange(HttpContext context, EmulatedClock clock)
{
    /// <summary>More than any AWS call here may weigh; registry bodies are streamed and have no bound.</summary>
    private const int LargestBufferedBody = 1 << 20;

    private byte[]? _body;

    public HttpContext Context => context;

    public HttpRequest Request => context.Request;

    public string RequestId { get; } = Guid.NewGuid().ToString();

    public string Operation { get; set; } = "";

    public Fault? Fault { get; set; }

    /// <summary>What is recorded of it; null before that.</summary>
    public RecordedCall? Call { get; set; }

    /// <summary>The server's time as it shows: the emulated clock, moved by a fault.</summary>
    public DateTimeOffset Now =>
        clock.Now + (Fault is { Kind: FaultKind.ClockSkew } skew ? TimeSpan.FromSeconds(skew.Seconds) : TimeSpan.Zero);

    /// <summary>What a fault adds to the life of a token that is issued now.</summary>
    public TimeSpan LifetimeShift =>
        Fault is { Kind: not FaultKind.ClockSkew } fault ? TimeSpan.FromSeconds(fault.Seconds) : TimeSpan.Zero;

    /// <summary>The whole body, kept for those who ask again.</summary>
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
