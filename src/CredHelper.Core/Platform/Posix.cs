using System.Runtime.InteropServices;
using System.Runtime.Versioning;

// In a managed build the C library is loaded at run time, only from the system's own library directory.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace CredHelper.Platform;

/// <summary>
/// Calls of the C library that .NET does not offer: plain read(2) and write(2) on the standard streams, file types
/// before a blocking open, whole-file locks, and user ids. Numbers that differ between systems are private to this
/// class.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class Posix
{
    public const int Eperm = 1,
        Enoent = 2,
        Eintr = 4,
        Ebadf = 9,
        Eagain = 11,
        Eacces = 13,
        Eexist = 17,
        Enotdir = 20,
        Enodata = 61,
        Eopnotsupp = 95;
    private const int EagainMac = 35;

    /// <summary>The effective user id, which owns files created now.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint EffectiveGroupId();

    /// <summary>glibc changes every thread of the process; the plain system call would change only one.</summary>
    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    public static partial int SetUserId(uint id);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    public static partial int SetGroupId(uint id);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    public static partial int SetGroups(nuint count, uint* groups);

    /// <summary>Returns the number of groups, and the groups themselves if the buffer is large enough.</summary>
    [LibraryImport("libc", EntryPoint = "getgroups", SetLastError = true)]
    public static partial int GetGroups(int count, uint* groups);

    /// <summary>Returns the real, effective and saved user ids.</summary>
    [LibraryImport("libc", EntryPoint = "getresuid")]
    public static partial int GetUserIds(out uint real, out uint effective, out uint saved);

    [LibraryImport("libc", EntryPoint = "getresgid")]
    public static partial int GetGroupIds(out uint real, out uint effective, out uint saved);

    /// <summary>Starts a session without a terminal; fails for the leader of a process group.</summary>
    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "umask")]
    public static partial uint SetFileModeMask(uint mask);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlDescriptor(int fd, int command, nint value);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    /// <summary>Returns 0 if the real user has the access that the mode requests: 4 read, 2 write, 1 execute.</summary>
    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string existing, string created);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(SafeHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(int fd, int operation);

    /// <param name="directory">The open directory that a relative path is resolved from.</param>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(SafeHandle directory, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectoryAt(SafeHandle directory, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(SafeHandle directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(SafeHandle directory, string path, SafeHandle target, string targetPath);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLinkAt(SafeHandle directory, string path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(SafeHandle file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetAttribute(SafeHandle file, string name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetAttribute(SafeHandle file, string name, byte* value, nuint size, int flags);

    [LibraryImport(
        "libc",
        EntryPoint = "fremovexattr",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    public static partial int RemoveAttribute(SafeHandle file, string name);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong* softAndHard);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(SafeHandle file);

    /// <summary>
    /// Writes a rename in this directory to disk. Best effort: some file systems do not support syncing a directory.
    /// </summary>
    public static void SyncDirectory(string path)
    {
        int fd = Open(path, 0);
        if (fd < 0)
            return;
        _ = Fsync(fd);
        _ = Close(fd);
    }

    /// <summary>
    /// Restricts programs that are started from now on to the three standard streams. They do not inherit other
    /// descriptors, not even those that this process inherited. (close_range(2) does this in one call, but needs a
    /// newer kernel than the oldest supported one.)
    /// </summary>
    /// <exception cref="IOException">The open descriptors cannot be listed.</exception>
    public static void KeepDescriptorsToOurselves()
    {
        const int SetFlags = 2,
            CloseOnExec = 1,
            FirstOther = 3;
        foreach (string path in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            int fd = int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture);
            if (fd >= FirstOther)
                _ = ControlDescriptor(fd, SetFlags, CloseOnExec);
        }
    }

    /// <summary>
    /// Disables core files of this process, whatever the host's setting, because they would contain tokens and keys.
    /// </summary>
    public static void ForbidCoreDumps()
    {
        if (OperatingSystem.IsLinux())
        {
            LibC.ForbidCoreDumps();
            return;
        }
        const int CoreLimit = 4;
        ulong* none = stackalloc ulong[2] { 0, 0 };
        _ = SetLimit(CoreLimit, none);
    }

    /// <summary>
    /// Makes a write beyond <c>ulimit -f</c> fail like one on a full disk, instead of ending the process.
    /// </summary>
    public static void IgnoreFileSizeSignal()
    {
        int fileSizeSignal = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? 25 : 0;
        const nint Ignore = 1;
        if (fileSizeSignal != 0)
            _ = Signal(fileSizeSignal, Ignore);
    }

    /// <summary>Returns the error of the last call as the exception that .NET's own file methods throw.</summary>
    public static Exception LastFailure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = $"{path}: {Marshal.GetPInvokeErrorMessage(error)}";
        return error switch
        {
            Enoent or Enotdir => new DirectoryNotFoundException(message) { HResult = error },
            Eperm or Eacces => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }

    public static bool WouldBlock(int error) => error == (OperatingSystem.IsMacOS() ? EagainMac : Eagain);

    /// <summary>
    /// Flags of open(2) on Linux. O_NOFOLLOW and O_DIRECTORY are among the few that differ by architecture.
    /// </summary>
    public static class OpenFlags
    {
        public const int WriteOnly = 1,
            Create = 0x40,
            Exclusive = 0x80,
            NoTerminal = 0x100,
            Append = 0x400,
            NonBlocking = 0x800,
            CloseOnExec = 0x80000,
            /// <summary>O_PATH: a directory to resolve names from, without the right to read it.</summary>
            PlaceOnly = 0x200000;

        public static int NoFollow => IsArm ? 0x8000 : 0x20000;

        public static int Directory => IsArm ? 0x4000 : 0x10000;

        private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    }

    /// <summary>flock(2) operations.</summary>
    public static class LockOperation
    {
        public const int ExclusiveNonBlocking = 2 | 4;
        public const int Unlock = 8;
    }
}
