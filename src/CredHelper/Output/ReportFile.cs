using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>
/// A report in a file that another program reads at any time: written beside and renamed, so that it is never half of
/// one. A link in its place is replaced, not followed.
/// </summary>
internal static class ReportFile
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <exception cref="HelperException">It cannot be written; the file of before stays.</exception>
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
                "name a file in a directory that exists and that this user may write",
                exception
            );
        }
    }
}
