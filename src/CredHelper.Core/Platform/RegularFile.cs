using System.Runtime.Versioning;

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

/// <summary>Reads small files whole and never blocks on other kinds of files.</summary>
internal static class RegularFile
{
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
