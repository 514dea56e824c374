using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace CredHelper.Platform;

/// <summary>
/// Functions of Linux's C library that are called with bytes instead of strings, also before the runtime starts
/// (Core/CachedGet): without marshalling, without a transition of the garbage collector, which may not exist yet, and
/// with errno read by hand. For calls that return immediately; <see cref="Posix"/> has those that may block.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibC
{
    public const int NoEntry = 2,
        Interrupted = 4,
        TryAgain = 11,
        AccessDenied = 13,
        NotDirectory = 20,
        TooManyLinks = 40;

    [LibraryImport("libc", EntryPoint = "open"), SuppressGCTransition]
    public static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "read"), SuppressGCTransition]
    public static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write"), SuppressGCTransition]
    public static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close"), SuppressGCTransition]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx"), SuppressGCTransition]
    public static partial int Statx(int directory, byte* path, int flags, uint mask, FileStatusBuffer* status);

    [LibraryImport("libc", EntryPoint = "getcwd"), SuppressGCTransition]
    public static partial byte* GetCurrentDirectory(byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "geteuid"), SuppressGCTransition]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "clock_gettime"), SuppressGCTransition]
    public static partial int ClockGetTime(int clock, long* secondsAndNanoseconds);

    [LibraryImport("libc", EntryPoint = "setrlimit"), SuppressGCTransition]
    public static partial int SetLimit(int resource, ulong* softAndHard);

    [LibraryImport("libc", EntryPoint = "getrlimit"), SuppressGCTransition]
    public static partial int GetLimit(int resource, ulong* softAndHard);

    [LibraryImport("libc", EntryPoint = "eventfd"), SuppressGCTransition]
    public static partial int CreateEvent(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "prctl"), SuppressGCTransition]
    private static partial int ControlProcess(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "signal"), SuppressGCTransition]
    public static partial nint Signal(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "poll"), SuppressGCTransition]
    public static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "__errno_location"), SuppressGCTransition]
    public static partial int* ErrorNumber();

    [LibraryImport("libc", EntryPoint = "_exit"), SuppressGCTransition]
    public static partial void Exit(int code);

    [LibraryImport("libc", EntryPoint = "ioctl"), SuppressGCTransition]
    private static partial int Control(int descriptor, nuint request, WindowSize* size);

    /// <summary>
    /// Returns the width of the terminal on standard output; null if it is not a terminal or has no width.
    /// </summary>
    public static int? TerminalColumns()
    {
        const int Output = 1;
        const nuint GetWindowSize = 0x5413;
        WindowSize size = default;
        return Control(Output, GetWindowSize, &size) == 0 && size.Columns > 0 ? size.Columns : null;
    }

    /// <summary>
    /// Makes the process non-dumpable. A host that pipes core files to a program ignores RLIMIT_CORE (core(5)); this
    /// also hides the memory of the process from other processes of the user (PR_SET_DUMPABLE(2const)).
    /// </summary>
    public static void ForbidCoreDumps()
    {
        const int CoreLimit = 4;
        const int SetDumpable = 4;
        ulong* none = stackalloc ulong[2];
        none[0] = 0;
        none[1] = 0;
        _ = SetLimit(CoreLimit, none);
        _ = ControlProcess(SetDumpable, 0, 0, 0, 0);
    }

    /// <summary>
    /// Prevents programs started by this thread, and their descendants, from gaining privileges: set-user-ID programs
    /// run as their caller (PR_SET_NO_NEW_PRIVS(2const)).
    /// </summary>
    public static bool RefuseNewPrivileges()
    {
        const int SetNoNewPrivileges = 38;
        return ControlProcess(SetNoNewPrivileges, 1, 0, 0, 0) == 0;
    }

    /// <summary>struct winsize.</summary>
    private struct WindowSize
    {
        public ushort Rows,
            Columns,
            Width,
            Height;
    }

    /// <summary>struct pollfd.</summary>
    public struct PollRequest
    {
        public const short Writable = 4;

        public int Descriptor;
        public short Wanted,
            Found;
    }

    /// <summary>
    /// Linux's struct statx, which is the same on every architecture. Only the fields that are used are named.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileStatusBuffer
    {
        public const uint BasicStats = 0x7FF;
        public const int AtCurrentDirectory = -100,
            AtNoFollow = 0x100,
            AtEmptyPath = 0x1000;

        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(24)]
        public uint GroupId;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
