using System.Buffers;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Platform;

/// <summary>The result of reading a file.</summary>
internal enum FileRead
{
    Ok,
    Missing,

    /// <summary>
    /// A directory, FIFO, socket or device. Opening one in place of a configuration file must not block.
    /// </summary>
    NotRegular,
    TooLarge,

    /// <summary>A permission error, an I/O error, too many links and so on.</summary>
    Unreadable,

    /// <summary>A parent directory cannot be searched, so it is unknown whether the file exists.</summary>
    Unreachable,
}

/// <summary>Uses a piece of a file and returns how many of its first bytes the next piece need not repeat.</summary>
/// <param name="piece">All bytes that were not used yet, or the first of them.</param>
/// <param name="isLast">Whether the file ends with this piece.</param>
internal delegate int PieceReader(ReadOnlySpan<byte> piece, bool isLast);

/// <summary>Reads files, small ones whole, and never blocks on other kinds of files.</summary>
internal static class RegularFile
{
    /// <summary>Bytes. Small enough for an array that another part of the program may have used before.</summary>
    private const int PieceLength = 32 * 1024;

    /// <param name="path">An absolute path.</param>
    /// <param name="limit">The most bytes to accept; a longer file is <see cref="FileRead.TooLarge"/>.</param>
    /// <param name="content">The bytes on <see cref="FileRead.Ok"/>, otherwise empty.</param>
    /// <param name="own">
    /// True for files that only this program writes: a symbolic link or another user's file is <see
    /// cref="FileRead.NotRegular"/>.
    /// </param>
    public static FileRead Read(string path, int limit, out byte[] content, bool own = false)
    {
        content = [];
        if (path.Contains('\0'))
            return FileRead.Missing;
        if (!OperatingSystem.IsLinux())
            return ReadPortable(path, limit, out content, own);
        (FileRead result, content) = NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes file = scratch.AddPath(path);
                int begin = scratch.Length;
                FileRead result = NativeFile.Append(ref scratch, file, limit, own);
                return (result, result == FileRead.Ok ? scratch.Since(begin).Span.ToArray() : []);
            }
        );
        return result;
    }

    /// <summary>
    /// Reads a file in pieces, because memory for a large one would take more time than to read it. A reader may have
    /// got pieces when this fails.
    /// </summary>
    /// <inheritdoc cref="Read" path="/param"/>
    public static FileRead ReadPieces(string path, int limit, PieceReader reader)
    {
        if (OperatingSystem.IsLinux())
            return path.Contains('\0') ? FileRead.Missing : ReadPiecesLinux(path, limit, reader);
        FileRead result = Read(path, limit, out byte[] content);
        if (result == FileRead.Ok)
            _ = reader(content, isLast: true);
        return result;
    }

    [SupportedOSPlatform("linux")]
    private static FileRead ReadPiecesLinux(string path, int limit, PieceReader reader)
    {
        (FileRead result, int descriptor) = NativeScratch.Use(
            (ref Scratch scratch) =>
                (NativeFile.Open(scratch.AddPath(path), limit, own: false, out int descriptor, out _), descriptor)
        );
        if (result != FileRead.Ok)
            return result;
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            return ReadPieces(file, limit, ref buffer, reader);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return FileRead.Unreadable;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FileRead ReadPieces(SafeFileHandle file, int limit, ref byte[] buffer, PieceReader reader)
    {
        int filled = 0;
        for (long position = 0; position <= limit; )
        {
            int count = RandomAccess.Read(file, buffer.AsSpan(filled), position);
            position += count;
            filled += count;
            if (count > 0 && filled < buffer.Length)
                continue;

            int used = reader(buffer.AsSpan(0, filled), isLast: count == 0);
            if (count == 0)
                return FileRead.Ok;
            filled -= used;
            buffer.AsSpan(used, filled).CopyTo(buffer);
            if (used == 0)
                Grow(ref buffer);
        }

        return FileRead.TooLarge;
    }

    private static void Grow(ref byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    /// <summary>Reads a file whole without keeping others from replacing it.</summary>
    [SupportedOSPlatform("windows")]
    private static byte[] ReadShared(string path)
    {
        using FileStream file = WindowsFile.OpenToRead(path);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Deletes a file, if possible. If not, the next write or pruning tries again.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next attempt removes it.
        }
    }

    /// <summary>
    /// Whether a path can be opened for writing without blocking: it is a regular file or does not exist.
    /// </summary>
    public static bool IsFileOrMissing(string path) =>
        OperatingSystem.IsLinux() ? FileStatus.Of(path) is not { IsRegularFile: false } : !Directory.Exists(path);

    /// <inheritdoc cref="Read"/>
    public static FileRead ReadPortable(string path, int limit, out byte[] content, bool own)
    {
        content = [];
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return Directory.Exists(path) ? FileRead.NotRegular : FileRead.Missing;
            if (own && file.LinkTarget is not null)
                return FileRead.NotRegular;
            if ((file.Attributes & FileAttributes.Device) != 0)
                return FileRead.NotRegular;
            if (file.Length > limit)
                return FileRead.TooLarge;
            if (own && OperatingSystem.IsWindows() && !WindowsAccess.IsOwn(file))
                return FileRead.NotRegular;
            byte[] bytes = OperatingSystem.IsWindows() ? ReadShared(path) : File.ReadAllBytes(path);
            if (bytes.Length > limit)
                return FileRead.TooLarge;
            content = bytes;
            return FileRead.Ok;
        }
        catch (FileNotFoundException)
        {
            // It was deleted meanwhile.
            return FileRead.Missing;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or NotSupportedException
                        or System.Security.SecurityException
            )
        {
            return FileRead.Unreadable;
        }
    }
}
