using System.Runtime.Versioning;

namespace CredHelper.Platform;

/// <summary>
/// Opens the directory of a file to be written, one part of the path at a time, and refuses a path that lets another
/// user redirect root. Each part is checked through the handle that the next one is opened from, so that nothing can be
/// replaced between the check and the use.
/// </summary>
internal static class TrustedPath
{
    private const int MostLinks = 40;
    private const uint OwnerOnly = 0x1C0,
        ForAll = 0x1ED;

    /// <param name="directory">An absolute path.</param>
    /// <param name="use">The purpose of the file.</param>
    /// <param name="create">Whether missing directories are created, the last one for its owner only.</param>
    /// <exception cref="UntrustedPathException">Another user could redirect the path.</exception>
    /// <exception cref="DirectoryNotFoundException">The path does not exist or is not a directory.</exception>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be opened.</exception>
    public static DirectoryHandle Open(string directory, PathUse use, bool create = false)
    {
        if (OperatingSystem.IsLinux())
            return OpenLinux(directory, use, create);
        if (create && OperatingSystem.IsWindows())
            WindowsAccess.CreateDirectory(directory);
        else if (create && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory, (UnixFileMode)OwnerOnly);
        return Directory.Exists(directory)
            ? DirectoryHandle.ByPath(directory)
            : throw new DirectoryNotFoundException($"{directory} does not exist");
    }

    /// <summary>Returns the target of a link in an open directory; null if there is no link of that name.</summary>
    /// <exception cref="UntrustedPathException">Another user may have created the link.</exception>
    public static string? Follow(DirectoryHandle directory, string name, PathUse use)
    {
        if (!OperatingSystem.IsLinux())
            return directory.TargetOf(name);
        if (directory.StatusOf(name) is not { IsLink: true })
            return null;
        using DirectoryHandle? link = directory.TryEnter(name);
        if (link?.OwnTarget is not { } target)
            return null;
        CheckLink(directory, link, use);
        return target;
    }

    [SupportedOSPlatform("linux")]
    private static DirectoryHandle OpenLinux(string path, PathUse use, bool create)
    {
        var given = new Stack<string>(Parts(path).Reverse());
        var linked = new Stack<string>();
        int links = 0;
        DirectoryHandle current = DirectoryHandle.OpenRoot();
        try
        {
            while (linked.Count + given.Count > 0)
            {
                Check(current, use, isLast: false);
                bool mayBeMade = create && linked.Count == 0;
                string name = (linked.Count > 0 ? linked : given).Pop();
                DirectoryHandle next = Enter(current, name, mayBeMade ? given.Count : null);
                if (next.OwnTarget is { } target)
                {
                    using (next)
                        CheckLink(current, next, use);
                    if (++links > MostLinks)
                        throw new IOException($"{next.Path}: too many levels of symbolic links");
                    if (target.StartsWith('/'))
                        Replace(ref current, DirectoryHandle.OpenRoot());
                    foreach (string part in Parts(target).Reverse())
                        linked.Push(part);
                    continue;
                }
                Replace(ref current, next);
            }
            Check(current, use, isLast: true);
            return current;
        }
        catch
        {
            current.Dispose();
            throw;
        }
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");

    private static void Replace(ref DirectoryHandle current, DirectoryHandle next)
    {
        current.Dispose();
        current = next;
    }

    /// <param name="below">
    /// The number of parts that follow if a missing part may be created; null if it may not.
    /// </param>
    [SupportedOSPlatform("linux")]
    private static DirectoryHandle Enter(DirectoryHandle current, string name, int? below)
    {
        DirectoryHandle? next = current.TryEnter(name);
        if (next is null && below is { } count)
        {
            current.MakeDirectory(name, count == 0 ? OwnerOnly : ForAll);
            next = current.TryEnter(name);
        }
        return next ?? throw new DirectoryNotFoundException($"{current.PathOf(name)} does not exist");
    }

    /// <summary>
    /// Root does not enter a directory of another user, who could replace anything in it with a link, and edits nothing
    /// below a directory that other users may write to. In a sticky directory, other users cannot move root's files,
    /// and everything on the path must belong to root. They can create a file first, though, so a sticky directory is
    /// not accepted for files that are edited.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static void Check(DirectoryHandle directory, PathUse use, bool isLast)
    {
        FileStatus status = directory.Status;
        uint user = Posix.EffectiveUserId();
        bool isForeign = status.UserId != 0 && status.UserId != user;
        if (isForeign && (use == PathUse.Private ? isLast || user == 0 : use == PathUse.Edit && user == 0))
            throw new UntrustedPathException(PathFault.ForeignDirectory, directory.Path);
        bool isOpen = status.IsWritableByOthers && (isLast || !status.IsSticky);
        if (isOpen && use == PathUse.Edit && user == 0)
            throw new UntrustedPathException(PathFault.DirectoryOpenToOthers, directory.Path, !isLast);
    }

    /// <summary>
    /// Root follows only links of root, in directories in which no other user can create or move a link. Other users
    /// follow the links that the kernel's protected_symlinks allows (proc_sys_fs(5)), and for secrets only their own
    /// links and those of root.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static void CheckLink(DirectoryHandle directory, DirectoryHandle link, PathUse use)
    {
        uint owner = link.Status.UserId,
            above = directory.Status.UserId,
            user = Posix.EffectiveUserId();
        bool isOpen = directory.Status.IsWritableByOthers,
            isSticky = directory.Status.IsSticky;
        bool isOwn = owner == 0 || owner == user;
        bool isTrusted = (user, use) switch
        {
            (0, _) => owner == 0 && above == 0 && (!isOpen || isSticky),
            (_, PathUse.Private) => isOwn,
            _ => !(isOpen && isSticky) || isOwn || owner == above,
        };
        if (!isTrusted)
            throw new UntrustedPathException(PathFault.ForeignLink, link.Path);
    }
}
