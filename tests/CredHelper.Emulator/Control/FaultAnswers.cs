using System.IO.Compression;
using System.Text;

namespace CredHelper.Emulator.Control;

/// <summary>The responses of faults that replace the regular one.</summary>
internal static class FaultAnswers
{
    private const string JsonType = "application/x-amz-json-1.1";
    private const int HugeBytes = 100_000_000;
    private const int BombBytes = 256 << 20;
    private const string Opening = """{"authorizationData":[{"authorizationToken":" """;

    private static readonly Lazy<byte[]> Bomb = new(PackBomb);

    /// <summary>The fault's response; null for kinds that change the regular response or the way it is sent.</summary>
    public static Answer? TryMake(Fault fault, Service service, Exchange exchange) =>
        fault.Kind switch
        {
            FaultKind.Status when fault.Body is null => service.Describe(
                new ServiceError(
                    fault.Status ?? 500,
                    fault.Code ?? "InternalFailure",
                    fault.Message ?? "The service is not able to answer."
                ),
                exchange
            ),
            FaultKind.Status => Text(fault, 500, ""),
            FaultKind.Body => Text(fault, 200, ""),
            FaultKind.Empty => Text(fault, 200, "", body: ""),
            FaultKind.Garbage => Garbage(fault),
            FaultKind.Throttle => service.Describe(service.Throttled, exchange),
            FaultKind.Error => Error(fault, service, exchange),
            FaultKind.Redirect => Answer.OfBytes(fault.Status ?? 307, null, []).With("Location", fault.Location ?? "/"),
            FaultKind.Huge => new Answer(200, new RepeatedBytes(Opening.TrimEnd(), HugeBytes), HugeBytes).With(
                "Content-Type",
                JsonType
            ),
            FaultKind.GzipBomb => Answer.OfBytes(200, JsonType, Bomb.Value).With("Content-Encoding", "gzip"),
            _ => null,
        };

    private static Answer Error(Fault fault, Service service, Exchange exchange)
    {
        string code = fault.Code ?? "AccessDeniedException";
        ServiceError error = new(fault.Status ?? service.StatusOf(code), code, fault.Message ?? "The call is refused.");
        return service.Describe(error, exchange);
    }

    private static Answer Text(Fault fault, int status, string otherwise, string? body = null) =>
        Answer.OfText(fault.Status ?? status, fault.ContentType ?? JsonType, body ?? fault.Body ?? otherwise);

    /// <summary>Bytes that are not valid JSON, XML or UTF-8.</summary>
    private static Answer Garbage(Fault fault) =>
        fault.Body is null
            ? Answer.OfBytes(
                fault.Status ?? 200,
                fault.ContentType ?? JsonType,
                [0xff, 0xfe, 0x00, (byte)'<', (byte)'{', 0x80, 0x1b, (byte)'[', (byte)'2', (byte)'J']
            )
            : Text(fault, 200, "");

    private static byte[] PackBomb()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (RepeatedBytes content = new(Opening.TrimEnd(), BombBytes))
            content.CopyTo(gzip);
        return packed.ToArray();
    }

    /// <summary>A prefix followed by the letter A up to a length, without keeping it in memory.</summary>
    private sealed class RepeatedBytes(string opening, long length) : Stream
    {
        private readonly byte[] _opening = Encoding.ASCII.GetBytes(opening);
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, length - _position);
            buffer[..count].Fill((byte)'A');
            if (_position < _opening.Length)
            {
                ReadOnlySpan<byte> rest = _opening.AsSpan((int)_position);
                rest[..Math.Min(rest.Length, count)].CopyTo(buffer);
            }

            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
