using System.Runtime.InteropServices;
using System.Text;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>
/// Standard input and output by plain read(2) and write(2). The Console class takes 0.1 ms to set up its encoding, and
/// a FileStream on a regular file writes by position and would overwrite what another program appended.
/// </summary>
internal static class StandardStreams
{
    private const int In = 0,
        Out = 1,
        Error = 2;

    /// <summary>
    /// Reads standard input up to its end, at most <paramref name="limit"/> + 1 bytes: one byte more than the limit
    /// shows that the input is too long. A closed stream is empty.
    /// </summary>
    public static ReadOnlyMemory<byte> ReadInput(int limit)
    {
        const int FirstRead = 2 * EarlyInput.Capacity;
        byte[] buffer = new byte[FirstRead];
        int length = EarlyInput.CopyTo(buffer);
        while (length <= limit && !EarlyInput.HasEnded)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, limit + 1));
            int count = ReadOnce(buffer.AsSpan(length));
            if (count == 0)
                break;
            length += count;
        }
        return buffer.AsMemory(0, length);
    }

    /// <summary>
    /// Reads one line without its end, a byte at a time so that the rest stays unread; null at the end of the stream.
    /// .NET's console would switch the terminal to application mode and leave it so.
    /// </summary>
    public static string? ReadLine()
    {
        const int LongestLine = 4096;
        byte[] line = new byte[LongestLine];
        int length = 0;
        while (length < LongestLine)
        {
            if (ReadOnce(line.AsSpan(length, 1)) == 0)
                return length == 0 ? null : Encoding.UTF8.GetString(line, 0, length);
            if (line[length] == '\n')
                break;
            length++;
        }
        return Encoding.UTF8.GetString(line, 0, length).TrimEnd('\r');
    }

    /// <summary>Reads a number of bytes from standard input; fewer if it ends earlier.</summary>
    public static byte[] ReadBytes(int count)
    {
        byte[] bytes = new byte[count];
        int length = 0;
        while (length < count && ReadOnce(bytes.AsSpan(length)) is > 0 and var got)
            length += got;
        return bytes[..length];
    }

    /// <summary>
    /// Writes all bytes or throws <see cref="IOException"/>, for example for a closed pipe or a full disk.
    /// </summary>
    public static void WriteOutput(ReadOnlySpan<byte> bytes)
    {
        if (FramedStreams.IsChild)
            WriteFrame(FrameKind.Output, bytes);
        else
            WriteAll(Out, bytes);
    }

    /// <summary>
    /// Writes to standard error and ignores failures, because there is no other place to report them.
    /// </summary>
    public static void WriteError(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (FramedStreams.IsChild)
                WriteFrame(FrameKind.Error, bytes);
            else
                WriteAll(Error, bytes);
        }
        catch (IOException) { }
    }

    /// <summary>
    /// Reads a line that the user types; null if there is no user. A child process of another user has no terminal, so
    /// its parent reads the line.
    /// </summary>
    public static string? ReadAnswer()
    {
        if (FramedStreams.IsChild)
            WriteFrame(FrameKind.Question, []);
        return ReadLine();
    }

    private static void WriteFrame(FrameKind kind, ReadOnlySpan<byte> bytes) =>
        FramedStreams.Write(kind, bytes, frame => WriteAll(Out, frame));

    private static unsafe int ReadOnce(Span<byte> buffer)
    {
        if (OperatingSystem.IsWindows())
        {
            using Stream stream = Console.OpenStandardInput();
            return stream.Read(buffer);
        }
        while (true)
        {
            nint got;
            fixed (byte* start = buffer)
                got = Posix.Read(In, start, (nuint)buffer.Length);
            if (got >= 0)
                return (int)got;
            int error = Marshal.GetLastPInvokeError();
            if (error == Posix.Eintr)
                continue;
            if (Posix.WouldBlock(error))
            {
                // The client left its pipe in non-blocking mode; wait as a blocking read would.
                Thread.Sleep(1);
                continue;
            }
            if (error == Posix.Ebadf)
                return 0;
            throw new HelperException(
                FailureKind.Usage,
                $"cannot read standard input: {Marshal.GetPInvokeErrorMessage(error)}"
            );
        }
    }

    private static unsafe void WriteAll(int fd, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            using Stream stream = fd == Out ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
            return;
        }
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes)
                written = Posix.Write(fd, start, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }
            int error = Marshal.GetLastPInvokeError();
            if (error == Posix.Eintr)
                continue;
            if (Posix.WouldBlock(error))
            {
                Thread.Sleep(1);
                continue;
            }
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }
}
