using System.Buffers.Binary;

namespace CredHelper.Platform;

/// <summary>The kinds of frames that a child process sends to its parent.</summary>
internal enum FrameKind : byte
{
    /// <summary>Bytes for standard output.</summary>
    Output = (byte)'o',

    /// <summary>Bytes for standard error.</summary>
    Error = (byte)'e',

    /// <summary>The child waits for a line of input from the user.</summary>
    Question = (byte)'q',
}

/// <summary>
/// Carries standard output and standard error of a child process in one pipe. The parent writes both to its own
/// streams, so that the child has access to neither and their order is kept. A frame consists of its kind, the length
/// of its content in four bytes, and the content.
/// </summary>
internal static class FramedStreams
{
    private const int Header = 5,
        LongestContent = 60 * 1024;

    private static readonly Lock Writing = new();

    /// <summary>Whether this process is such a child process.</summary>
    public static bool IsChild { get; private set; }

    /// <summary>Makes this process write all its output to its parent in frames.</summary>
    public static void BeginAsChild() => IsChild = true;

    /// <summary>Writes a frame in the child process.</summary>
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

    /// <summary>Reads the frames in the parent process until the child closes the pipe.</summary>
    /// <exception cref="InvalidDataException">The content does not consist of frames.</exception>
    public static void Read(Stream pipe, Action<FrameKind, ReadOnlyMemory<byte>> take)
    {
        byte[] buffer = new byte[LongestContent];
        while (pipe.ReadAtLeast(buffer.AsSpan(0, Header), Header, throwOnEndOfStream: false) == Header)
        {
            var kind = (FrameKind)buffer[0];
            int length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(1));
            bool isKind = kind is FrameKind.Output or FrameKind.Error or FrameKind.Question;
            if (!isKind || length is < 0 or > LongestContent)
                throw new InvalidDataException("a child process wrote invalid frames to its parent");
            int count = pipe.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false);
            take(kind, buffer.AsMemory(0, count));
        }
    }
}
