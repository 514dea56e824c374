using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Platform;

/// <summary>
/// Appends to a file of this user that no other user may read. It follows no link, writes only regular files, and sets
/// the mode on the open file before the first byte. It does not write to a file of another user, a file in another
/// user's directory, or a file with a second hard link.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class PrivateLog
{
    /// <param name="path">An absolute path.</param>
    /// <param name="longest">A longer file is renamed to <c>.1</c> and replaces the earlier one.</param>
    /// <param name="bytes">The bytes to append.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
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
