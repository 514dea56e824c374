using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Platform;

/// <summary>
/// Replaces, reads and deletes files that other processes have open, as Linux does. Windows refuses much of that for a
/// moment: while a reader has not shared the file for deletion, while a virus scanner looks at it, or while a deleted
/// file waits for its last handle. Such a refusal is repeated for a bounded time and then reported.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsFile
{
    private const int AccessDenied = 5,
        SharingViolation = 32,
        LockViolation = 33,
        UserMappedFile = 1224;

    private const int LongestPause = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5),
        PatienceToRead = TimeSpan.FromSeconds(1);

    /// <summary>Replaces a file in one step: others see the old or the new one, and readers go on.</summary>
    /// <exception cref="IOException">It cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be replaced.</exception>
    public static void Replace(string source, string target) =>
        Repeat(() =>
        {
            if (!TryReplaceInPlace(source, target))
                File.Move(source, target, overwrite: true);
        });

    /// <summary>Moves a file to a name that nothing has.</summary>
    /// <exception cref="IOException">There is a file already, or it cannot be moved.</exception>
    public static void MoveToFreeName(string source, string target) =>
        Repeat(() => File.Move(source, target, overwrite: false));

    /// <summary>Removes a file; a file that does not exist is not an error.</summary>
    public static void Delete(string path) => Repeat(() => File.Delete(path));

    /// <summary>
    /// Frees the name of a program that is running, which Windows does not delete: it moves to the directory of
    /// temporary files, or gets another name if that is on another drive.
    /// </summary>
    /// <returns>Where it is now.</returns>
    public static string MoveAside(string program)
    {
        string name = Path.GetFileNameWithoutExtension(program) + "-" + Guid.NewGuid().ToString("N") + ".old";
        string temporary = Path.GetFullPath(Path.Combine(Path.GetTempPath(), name));
        bool isSameDrive = string.Equals(
            Path.GetPathRoot(temporary),
            Path.GetPathRoot(program),
            StringComparison.OrdinalIgnoreCase
        );
        string place = isSameDrive ? temporary : Path.Combine(Path.GetDirectoryName(program)!, name);
        File.Move(program, place);
        return place;
    }

    /// <summary>Opens a file for reading without keeping others from replacing or deleting it.</summary>
    public static FileStream OpenToRead(string path) =>
        Repeat(
            PatienceToRead,
            () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0)
        );

    private static void Repeat(Action action) =>
        Repeat(
            Patience,
            () =>
            {
                action();
                return true;
            }
        );

    /// <summary>Repeats what fails only because another process has the file open.</summary>
    private static T Repeat<T>(TimeSpan patience, Func<T> action)
    {
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        for (int pause = 1; ; pause = Math.Min(pause * 2, LongestPause))
        {
            try
            {
                return action();
            }
            catch (Exception exception) when (MayPass(exception) && Environment.TickCount64 < end)
            {
                // Processes that wait in step would meet each time.
                Thread.Sleep(pause + Random.Shared.Next(pause));
            }
        }
    }

    /// <summary>A file that is being deleted denies access, too.</summary>
    private static bool MayPass(Exception exception) =>
        exception is IOException or UnauthorizedAccessException
        && (exception.HResult & 0xFFFF) is AccessDenied or SharingViolation or LockViolation or UserMappedFile;

    /// <summary>
    /// A rename with the semantics of POSIX (FILE_RENAME_POSIX_SEMANTICS, Windows 10 version 1607 and later, NTFS),
    /// which replaces a file that others have open and share for deletion.
    /// </summary>
    /// <returns>False if the system or the file system does not support it.</returns>
    private static bool TryReplaceInPlace(string source, string target)
    {
        const int RenameInformationEx = 22;
        const uint ReplaceExisting = 1,
            PosixSemantics = 2;
        string path = Path.GetFullPath(target);
        int nameLength = path.Length * sizeof(char);
        byte[] information = new byte[RenameInformation.Size + nameLength];
        fixed (byte* start = information)
        {
            var header = (RenameInformation*)start;
            header->Flags = ReplaceExisting | PosixSemantics;
            header->NameLength = (uint)nameLength;
            MemoryMarshal.AsBytes(path.AsSpan()).CopyTo(information.AsSpan(RenameInformation.NameOffset));
            using SafeFileHandle file = OpenToRename(source);
            return !file.IsInvalid && SetInformation(file, RenameInformationEx, start, (uint)information.Length) != 0;
        }
    }

    private static SafeFileHandle OpenToRename(string path)
    {
        const uint Delete = 0x10000,
            ReadAttributes = 0x80,
            ShareAll = 7,
            OpenExisting = 3;
        return Open(path, Delete | ReadAttributes, ShareAll, 0, OpenExisting, 0, 0);
    }

    [LibraryImport(
        "kernel32",
        EntryPoint = "CreateFileW",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16
    )]
    private static partial SafeFileHandle Open(
        string path,
        uint access,
        uint share,
        nint security,
        uint disposition,
        uint flags,
        nint template
    );

    [LibraryImport("kernel32", EntryPoint = "SetFileInformationByHandle", SetLastError = true)]
    private static partial int SetInformation(SafeFileHandle file, int kind, byte* information, uint size);

    /// <summary>FILE_RENAME_INFO, which ends with the name and a zero.</summary>
    [StructLayout(LayoutKind.Explicit, Size = Size)]
    private struct RenameInformation
    {
        public const int Size = 24,
            NameOffset = 20;

        [FieldOffset(0)]
        public uint Flags;

        [FieldOffset(16)]
        public uint NameLength;
    }
}
