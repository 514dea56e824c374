using System.Buffers.Binary;

namespace CredHelper.Platform;

/// <summary>What a child tells the process that it works for.</summary>
internal enum FrameKind : byte
{
    /// <summary>Bytes for standard output.</summary>
    Output = (byte)'o',

    /// <summary>Bytes for standard error.</summary>
    Error = (byte)'e',

    /// <summary>The child waits for a line on its standard input.</summary>
    Question = (byte)'q',
}

/// <summary>
/// Standard output and standard error of a child in one pipe: the parent writes both to streams of its own, so that the
/// child has none of them, and it can keep their order. A frame is its kind, the length of its content in four bytes,
/// and the content.
/// </summary>
internal static class FramedStreams
{
    private const int Header = 5,
        LongestContent = 60 * 1024;

    private static readonly Lock Writing = new();

    /// <summary>Whether this process is such a child.</summary>
    public static bool IsChild { get; private set; }

    /// <summary>From now on all that this process writes goes to its parent in frames.</summary>
    public static void BeginAsChild() => IsChild = true;

    /// <summary>The child's side.</summary>
    /// <param name="write">Writes all bytes to the pipe.</param>
    public static void Write(FrameKind kind, ReadOnlySpan<byte> content, Action<byte[]> write)
    {
        do
        {
            int length = Math.Min(content.Length, LongestContent);
            byte[] frame = new byte[Header + length];
            frame[0] = (byte)kind;
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), length);
            content[..length].CopyTo(frame.AsSpan(Header));
            lock (Writing)
                write(frame);
            content = content[length..];
        } while (!content.IsEmpty);
    }

    /// <summary>The parent's side: hands over the content of every frame until the child closes the pipe.</summary>
    /// <exception cref="InvalidDataException">These are not frames.</exception>
    public static void Read(Stream pipe, Action<FrameKind, ReadOnlyMemory<byte>> take)
    {
        byte[] buffer = new byte[LongestContent];
        while (pipe.ReadAtLeast(buffer.AsSpan(0, Header), Header, throwOnEndOfStream: false) == Header)
        {
            var kind = (FrameKind)buffer[0];
            int length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(1));
            bool isKind = kind is FrameKind.Output or FrameKind.Error or FrameKind.Question;
            if (!isKind || length is < 0 or > LongestContent)
                throw new InvalidDataException("a child process wrote past its parent");
            int count = pipe.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false);
            take(kind, buffer.AsMemory(0, count));
        }
    }
}
