namespace CredHelper.Platform;

/// <summary>What became of reading a file.</summary>
internal enum FileRead
{
    Ok,
    Missing,

    /// <summary>
    /// A directory, FIFO, socket or device: opening such a thing in a configuration's place must not hang.
    /// </summary>
    NotRegular,
    TooLarge,

    /// <summary>Permission, I/O error, too many links and the like.</summary>
    Unreadable,

    /// <summary>A directory above it may not be searched: whether there is a file cannot be told.</summary>
    Unreachable,
}

/// <summary>Reads small files whole and never blocks on what is not a file.</summary>
internal static class RegularFile
{
    /// <param name="path">An absolute path.</param>
    /// <param name="limit">The most bytes that make sense; a longer file is <see cref="FileRead.TooLarge"/>.</param>
    /// <param name="content">The bytes on <see cref="FileRead.Ok"/>, else empty.</param>
    /// <param name="own">True for files that only we write: a symbolic link or another user's file is
    /// <see cref="FileRead.NotRegular"/>.</param>
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

    /// <summary>Deletes a file that the next write or pruning would find again, if it can be deleted now.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays until then.
        }
    }

    /// <summary>Whether a path can be opened for writing without blocking: a regular file, or nothing yet.</summary>
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
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.Length > limit)
                return FileRead.TooLarge;
            content = bytes;
            return FileRead.Ok;
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
