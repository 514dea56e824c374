using System.Runtime.Versioning;

namespace CredHelper.Platform;

/// <summary>
/// Opens the directory of a file that is to be written, one part of the path after the other, and refuses a way on
/// which another user could lead root elsewhere. Each part is judged by the handle that the next one is opened from, so
/// nothing can be exchanged between the look and the use.
/// </summary>
internal static class TrustedPath
{
    private const int MostLinks = 40;
    private const uint OwnerOnly = 0x1C0,
        ForAll = 0x1ED;

    /// <param name="directory">An absolute path.</param>
    /// <param name="use">What is written there.</param>
    /// <param name="create">Whether directories that are missing are made, the last one for its owner alone.</param>
    /// <exception cref="UntrustedPathException">Another user could lead us elsewhere.</exception>
    /// <exception cref="DirectoryNotFoundException">It is not there, or not a directory.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be opened.</exception>
    public static DirectoryHandle Open(string directory, PathUse use, bool create = false)
    {
        if (OperatingSystem.IsLinux())
            return OpenLinux(directory, use, create);
        if (create && OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else if (create && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory, (UnixFileMode)OwnerOnly);
        return Directory.Exists(directory)
            ? DirectoryHandle.ByPath(directory)
            : throw new DirectoryNotFoundException($"{directory} does not exist");
    }

    /// <summary>The text of a link in an open directory; null if there is no link of that name.</summary>
    /// <exception cref="UntrustedPathException">Another user may have put it there.</exception>
    public static string? Follow(DirectoryHandle directory, string name, PathUse use)
    {
        if (!OperatingSystem.IsLinux())
            return directory.TargetOf(name);
        if (directory.StatusOf(name) is not { IsLink: true })
            return null;
        using DirectoryHandle? link = directory.TryEnter(name);
        if (link?.OwnTarget is not { } target)
            return null;
        JudgeLink(directory, link, use);
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
                Judge(current, use, isLast: false);
                bool mayBeMade = create && linked.Count == 0;
                string name = (linked.Count > 0 ? linked : given).Pop();
                DirectoryHandle next = Enter(current, name, mayBeMade ? given.Count : null);
                if (next.OwnTarget is { } target)
                {
                    using (next)
                        JudgeLink(current, next, use);
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
            Judge(current, use, isLast: true);
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

    /// <param name="below">How many parts follow if a missing one may be made; null if it may not.</param>
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
    /// Root goes through no directory of another user, who can put a link in the place of anything in it, and edits
    /// nothing below one that others may write. In a sticky one they cannot move what is root's, and everything on the
    /// way must be root's; but they can put a file there first, so it holds none that is edited.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static void Judge(DirectoryHandle directory, PathUse use, bool isLast)
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
    /// Root follows links of root alone, in directories in which nobody else can put or move one. Others follow what
    /// the kernel lets them follow with its protected_symlinks (proc_sys_fs(5)), and for secrets only their own links
    /// and those of root.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static void JudgeLink(DirectoryHandle directory, DirectoryHandle link, PathUse use)
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
