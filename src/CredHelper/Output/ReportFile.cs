using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>
/// A report file that other programs may read at any time. It is written to a temporary file and renamed, so that a
/// reader never sees an incomplete report. A link at its path is replaced, not followed.
/// </summary>
internal static class ReportFile
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="HelperException">It cannot be written; the previous file is kept.</exception>
    public static void Replace(string path, byte[] content)
    {
        string full = Path.GetFullPath(path);
        try
        {
            using DirectoryHandle directory = TrustedPath.Open(Path.GetDirectoryName(full) ?? full, PathUse.Report);
            using var file = TemporaryFile.Create(directory, Path.GetFileName(full));
            file.SetMode(ForAll);
            file.Write(content);
            file.Commit();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HelperException(
                FailureKind.Other,
                $"{ForeignText.Clean(path)}: the report cannot be written: {ForeignText.Clean(exception.Message)}",
                "use a file in an existing directory that this user can write to",
                exception
            );
        }
    }
}
