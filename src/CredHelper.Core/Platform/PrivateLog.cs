using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Platform;

/// <summary>
/// Appends to a file of this user that nobody else may read. No link is followed, nothing but a regular file is
/// written, and the mode is set on the open file before the first byte. A file of another user, one in the directory of
/// another user, and one that has a second name elsewhere stay as they are.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class PrivateLog
{
    /// <param name="path">An absolute path.</param>
    /// <param name="longest">A longer file gets the ending <c>.1</c>, in place of the one before.</param>
    /// <param name="bytes">What is appended.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static void Append(string path, int longest, byte[] bytes)
    {
        string full = Path.GetFullPath(path),
            name = Path.GetFileName(full);
        using DirectoryHandle directory = TrustedPath.Open(Path.GetDirectoryName(full) ?? full, PathUse.Private);
        FileStatus? status = directory.StatusOf(name);
        if (status is { } existing && !IsOurs(existing))
            return;
        if (status?.Size > (ulong)longest)
            directory.Rename(name, name + ".1");
        using SafeFileHandle? file = directory.TryOpen(
            name,
            Posix.OpenFlags.Create | Posix.OpenFlags.Append | Posix.OpenFlags.WriteOnly
        );
        if (file is null || DirectoryHandle.StatusOf(file) is not { } opened || !IsOurs(opened))
            return;
        if (NativeFile.CountNames((int)file.DangerousGetHandle()) > 1)
            return;
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        DirectoryHandle.SetAccessList(file, null, full);
        if (opened.Permissions != OwnerOnly)
            File.SetUnixFileMode(file, OwnerOnly);
        RandomAccess.Write(file, bytes, fileOffset: 0);
    }

    private static bool IsOurs(FileStatus status) => status.IsRegularFile && status.UserId == Posix.EffectiveUserId();
}
