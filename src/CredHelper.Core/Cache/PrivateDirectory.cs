using System.Diagnostics;
using System.Runtime.Versioning;
using CredHelper.Platform;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Cache;

/// <summary>
/// A leaf directory for this program's files. It is not a link, is owned by the user and has mode 0700; its parent may
/// belong to anyone. Its files have mode 0600 and are replaced by rename, so that a reader sees either the old or the
/// new file, never a partial one.
/// </summary>
internal static class PrivateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(1),
        SweepPatience = TimeSpan.FromMilliseconds(100);

    private const int SweepNames = 20_000;

    /// <summary>The number of files that every sweep checks, even if its time is up.</summary>
    public const int SweepAtLeast = 32;

    /// <summary>Prefix of files that are being written.</summary>
    public const string TemporaryPrefix = ".tmp-";

    /// <summary>Returns the reason not to use the directory; null if it exists and is safe.</summary>
    public static string? WhyUnusable(string leaf)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                return WhyUnusableWindows(leaf);
            }
            catch (UnauthorizedAccessException)
            {
                return $"{leaf} belongs to another user";
            }
        }
        return OperatingSystem.IsLinux() ? WhyUnusableLinux(leaf, out _) : WhyUnusablePortable(leaf);
    }

    /// <summary>
    /// Creates the directory if it is missing, and corrects its mode if the user owns it. Returns null on success,
    /// otherwise the reason.
    /// </summary>
    public static string? Ensure(string leaf)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                EnsureWindows(leaf);
                return WhyUnusable(leaf);
            }
            // Create the parent with the same mode: it holds our registry configuration, and a permissive umask would
            // open it to all users.
            if (Path.GetDirectoryName(leaf) is { } parent)
                Directory.CreateDirectory(parent, OwnerOnly);
            if (
                Directory.CreateDirectory(leaf, OwnerOnly).Exists
                && OperatingSystem.IsLinux()
                && WhyUnusableLinux(leaf, out bool repairable) is not null
                && repairable
            )
            {
                RepairMode(leaf);
            }

            return WhyUnusable(leaf);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"{leaf} cannot be created: {exception.Message}";
        }
    }

    /// <summary>Writes a 0600 file beside <paramref name="name"/> and renames it to that name.</summary>
    /// <param name="durable">
    /// True for content that cannot be fetched again: it is on disk before this method returns.
    /// </param>
    /// <exception cref="IOException">The disk is full, read-only or broken; nothing was changed.</exception>
    public static void Replace(string leaf, string name, ReadOnlySpan<byte> content, bool durable = false)
    {
        string temporary = WriteTemporary(leaf, content, durable);
        try
        {
            string path = Path.Combine(leaf, name);
            if (OperatingSystem.IsWindows())
                WindowsFile.Replace(temporary, path);
            else
                File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
        if (durable && !OperatingSystem.IsWindows())
            Posix.SyncDirectory(leaf);
    }

    /// <summary>Creates the file with all of its content. Returns false if another process created it first.</summary>
    public static bool TryCreate(string leaf, string name, ReadOnlySpan<byte> content)
    {
        string temporary = WriteTemporary(leaf, content, durable: false);
        try
        {
            string path = Path.Combine(leaf, name);
            if (!OperatingSystem.IsWindows() && Posix.Link(temporary, path) == 0)
                return true;
            if (File.Exists(path))
                return false;
            // The file system does not support hard links.
            if (OperatingSystem.IsWindows())
                WindowsFile.MoveToFreeName(temporary, path);
            else
                File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(Path.Combine(leaf, name)))
        {
            return false;
        }
        finally
        {
            Delete(temporary);
        }
    }

    public static void Delete(string path) => RegularFile.TryDelete(path);

    /// <summary>Removes temporary files of processes that were killed while writing.</summary>
    public static void RemoveAbandoned(string leaf, DateTimeOffset now) =>
        Sweep(leaf, name => IsAbandoned(leaf, name, now));

    /// <summary>Whether a file is a temporary file of a process that was killed while writing.</summary>
    public static bool IsAbandoned(string leaf, string name, DateTimeOffset now) =>
        name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)
        && LastWrite(Path.Combine(leaf, name)) < now - AbandonedAfter;

    /// <summary>
    /// Removes files that are no longer needed, within a short time because a client is waiting for the answer. Each
    /// call starts at a random position, so that later calls reach the remaining files.
    /// </summary>
    /// <param name="leaf">The directory.</param>
    /// <param name="isUseless">Decides by the name of a file.</param>
    /// <param name="patience">The time limit, if it differs from the default.</param>
    public static void Sweep(string leaf, Func<string, bool> isUseless, TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();
        TimeSpan end = patience ?? SweepPatience;
        List<string> names = FirstNames(leaf, SweepNames);
        int first = names.Count == 0 ? 0 : Random.Shared.Next(names.Count);
        // Check a minimum of files even on a slow disk, so that each call makes progress.
        for (int i = 0; i < names.Count && (i < SweepAtLeast || watch.Elapsed < end); i++)
        {
            string name = names[(first + i) % names.Count];
            if (isUseless(name))
                Delete(Path.Combine(leaf, name));
        }
    }

    /// <summary>
    /// Returns the names of some of the files. Listing all of them takes too long if there are a hundred thousand.
    /// </summary>
    private static List<string> FirstNames(string leaf, int most)
    {
        var names = new List<string>();
        try
        {
            foreach (string path in Directory.EnumerateFiles(leaf))
            {
                names.Add(Path.GetFileName(path));
                if (names.Count == most)
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A partial list is enough: any part of the directory may be swept first.
        }
        return names;
    }

    /// <summary>Returns the names of the files in the directory; none if it cannot be read.</summary>
    public static IReadOnlyList<string> FileNames(string leaf)
    {
        try
        {
            return [.. Directory.EnumerateFiles(leaf).Select(path => Path.GetFileName(path)!)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public static DateTimeOffset LastWrite(string path) => new(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);

    private static string WriteTemporary(string leaf, ReadOnlySpan<byte> content, bool durable)
    {
        string path = Path.Combine(leaf, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            using FileStream file = Create(path);
            file.Write(content);
            if (durable)
                file.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // .NET reports a file that exceeds `ulimit -f` with this exception.
            Delete(path);
            throw new IOException(exception.Message, exception);
        }
        catch (IOException)
        {
            Delete(path);
            throw;
        }
        return path;
    }

    private static FileStream Create(string path) =>
        OperatingSystem.IsWindows()
            ? WindowsAccess.CreateFile(path, FileShare.Read)
            : new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    Share = FileShare.Read,
                    BufferSize = 0,
                    UnixCreateMode = FileMode600,
                }
            );

    /// <summary>
    /// Changes the mode through the open directory: a path could lead root through a link to another file.
    /// </summary>
    [SupportedOSPlatform("linux")]
    private static void RepairMode(string leaf)
    {
        const int Flags = Posix.OpenFlags.CloseOnExec;
        int descriptor = Posix.Open(leaf, Flags | Posix.OpenFlags.Directory | Posix.OpenFlags.NoFollow);
        using var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        uint user = Posix.EffectiveUserId();
        FileStatus? status = descriptor < 0 ? null : DirectoryHandle.StatusOf(directory);
        // A sticky directory, such as /tmp, is shared on purpose.
        if (status is { IsSticky: false } own && own.UserId == user)
            File.SetUnixFileMode(directory, OwnerOnly);
        else if (descriptor < 0 && user != 0)
            File.SetUnixFileMode(leaf, OwnerOnly);
    }

    [SupportedOSPlatform("linux")]
    private static string? WhyUnusableLinux(string leaf, out bool repairable)
    {
        PrivateDirectoryState state = NativeScratch.Use(
            (ref Scratch scratch) => NativeFile.StateOfPrivateDirectory(scratch.AddPath(leaf))
        );
        repairable = state == PrivateDirectoryState.OpenToOthers;
        return state switch
        {
            PrivateDirectoryState.Private => null,
            PrivateDirectoryState.Missing => $"{leaf} does not exist",
            PrivateDirectoryState.NotDirectory => $"{leaf} is not a directory",
            PrivateDirectoryState.OfAnotherUser => $"{leaf} belongs to another user",
            _ => $"{leaf} is open to other users",
        };
    }

    /// <summary>Creates it, or closes it to others if it is ours and no link.</summary>
    [SupportedOSPlatform("windows")]
    private static void EnsureWindows(string leaf)
    {
        // The parent too: our own configuration lies in it.
        if (Path.GetDirectoryName(leaf) is { } parent && !Directory.Exists(parent))
            WindowsAccess.CreateDirectory(parent);
        var directory = new DirectoryInfo(leaf);
        if (!directory.Exists)
            WindowsAccess.CreateDirectory(leaf);
        else if (directory.LinkTarget is null && WindowsAccess.IsOwn(directory) && WindowsAccess.IsOpenToOthers(leaf))
            WindowsAccess.MakePrivateDirectory(leaf);
    }

    [SupportedOSPlatform("windows")]
    private static string? WhyUnusableWindows(string leaf)
    {
        var directory = new DirectoryInfo(leaf);
        if (!directory.Exists)
            return File.Exists(leaf) ? $"{leaf} is not a directory" : $"{leaf} does not exist";
        if (directory.LinkTarget is not null)
            return $"{leaf} is not a directory";
        if (!WindowsAccess.IsOwn(directory))
            return $"{leaf} belongs to another user";
        return WindowsAccess.IsOpenToOthers(leaf) ? $"{leaf} is open to other users" : null;
    }

    [UnsupportedOSPlatform("windows")]
    private static string? WhyUnusablePortable(string leaf)
    {
        var directory = new DirectoryInfo(leaf);
        if (!directory.Exists)
            return $"{leaf} does not exist";
        if (directory.LinkTarget is not null)
            return $"{leaf} is not a directory";
        return directory.UnixFileMode == OwnerOnly ? null : $"{leaf} is open to other users";
    }
}
