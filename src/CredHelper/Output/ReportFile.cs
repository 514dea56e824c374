using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>
/// A report in a file that another program reads at any time: written beside and renamed, so that it is never half of
/// one. The name beside begins with a dot and has an ending of its own, which collectors pass over.
/// </summary>
internal static class ReportFile
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="HelperException">It cannot be written; the file of before stays.</exception>
    public static void Replace(string path, byte[] content)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(
            Path.GetDirectoryName(full) ?? full,
            $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp"
        );
        try
        {
            // A file of that name, or a link in its place, is not followed.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = ForAll;
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
                // Whatever the umask: the collector runs as another user.
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(file.SafeFileHandle, ForAll);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            RegularFile.TryDelete(temporary);
            throw new HelperException(
                FailureKind.Other,
                $"{ForeignText.Clean(path)}: the report cannot be written: {ForeignText.Clean(exception.Message)}",
                "name a file in a directory that exists and that this user may write",
                exception
            );
        }
    }
}
