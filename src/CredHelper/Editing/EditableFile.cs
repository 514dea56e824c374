using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Editing;

/// <summary>
/// A file of the user that is replaced as a whole: it is read with its status, and the new content is written to a
/// temporary file and renamed. It keeps its mode and owner, a link to it stays a link, and changes that another program
/// makes in between are never lost.
/// </summary>
internal sealed class EditableFile
{
    private const int LongestFile = 64 * 1024 * 1024;
    private const int MostLinks = 40;
    private const int Attempts = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly PathUse _use;
    private FileStatus? _status;
    private byte[]? _accessList;

    private EditableFile(string path, string target, PathUse use, FileSnapshot found)
    {
        Path = path;
        Target = target;
        _use = use;
        _status = found.Status;
        _accessList = found.AccessList;
        Content = found.Outcome == FileRead.Ok ? found.Content : null;
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>The path of the file itself, with all links resolved.</summary>
    public string Target { get; }

    /// <summary>The content, or null if there is no file.</summary>
    public byte[]? Content { get; private set; }

    /// <summary>The mode, or null if there is no file, and on Windows.</summary>
    public UnixFileMode? Mode => OperatingSystem.IsWindows() ? null : _status?.Permissions;

    /// <exception cref="HelperException">It exists and cannot be read as a file, or another user could redirect root to
    /// another file.</exception>
    public static EditableFile Open(string path)
    {
        string target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        for (int links = 0; links <= MostLinks; links++)
        {
            using DirectoryHandle? directory = OpenDirectory(path, target, PathUse.Edit);
            if (directory is null)
                return new EditableFile(path, target, PathUse.Edit, new FileSnapshot(FileRead.Missing, []));
            if (Follow(directory, path, target, PathUse.Edit) is not { } next)
                return Read(directory, path, target, PathUse.Edit);
            target = System.IO.Path.GetFullPath(next, directory.Path);
        }
        throw WriteFailure.Of(path, "is a link that leads to itself", $"rm {ShellWord.Quote(path)}");
    }

    /// <summary>
    /// Opens a file of this user that contains secrets: it must not be a link or the file of another user.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="use">The rules for its directory: <see cref="PathUse.Private"/>, or <see cref="PathUse.Edit"/> for
    /// a file next to one that is edited.</param>
    /// <inheritdoc cref="Open(string)"/>
    public static EditableFile OpenPrivate(string path, PathUse use = PathUse.Private)
    {
        string target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        using DirectoryHandle? directory = OpenDirectory(path, target, use);
        if (directory is null)
            return new EditableFile(path, target, use, new FileSnapshot(FileRead.Missing, []));
        if (directory.TargetOf(System.IO.Path.GetFileName(target)) is not null)
            throw WriteFailure.PrivateLink(path);
        EditableFile file = Read(directory, path, target, use);
        return OperatingSystem.IsLinux() && file._status is { } status && status.UserId != Posix.EffectiveUserId()
            ? throw WriteFailure.PrivateOfAnother(path)
            : file;
    }

    private static EditableFile Read(DirectoryHandle directory, string path, string target, PathUse use)
    {
        FileSnapshot found = directory.Read(System.IO.Path.GetFileName(target), LongestFile);
        return found.Outcome switch
        {
            FileRead.Ok or FileRead.Missing => new EditableFile(path, target, use, found),
            FileRead.Unreadable or FileRead.Unreachable => throw WriteFailure.Unreadable(path, target),
            FileRead.TooLarge => throw WriteFailure.Of(
                path,
                "is larger than 64 MiB",
                "check what it contains; configuration files are much smaller"
            ),
            _ => throw WriteFailure.NotAFile(path),
        };
    }

    /// <summary>The target of a link, or null if the path is not a link.</summary>
    private static string? Follow(DirectoryHandle directory, string path, string target, PathUse use)
    {
        try
        {
            return TrustedPath.Follow(directory, System.IO.Path.GetFileName(target), use);
        }
        catch (UntrustedPathException exception)
        {
            throw WriteFailure.Untrusted(path, exception);
        }
    }

    /// <summary>The directory of a file, or null if it does not exist.</summary>
    private static DirectoryHandle? OpenDirectory(string path, string target, PathUse use, bool create = false) =>
        OpenDirectory(path, target, System.IO.Path.GetDirectoryName(target), use, create);

    private static DirectoryHandle? OpenDirectory(
        string path,
        string target,
        string? directory,
        PathUse use,
        bool create
    )
    {
        try
        {
            return TrustedPath.Open(directory ?? throw WriteFailure.NotAFile(path), use, create);
        }
        catch (UntrustedPathException exception)
        {
            throw WriteFailure.Untrusted(path, exception);
        }
        catch (DirectoryNotFoundException) when (!create)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (!create)
        {
            throw WriteFailure.Unreadable(path, target);
        }
    }

    /// <summary>
    /// Fails if root must not edit files in this directory, or in one that is still to be created there.
    /// </summary>
    /// <exception cref="HelperException">Another user could redirect root to another file.</exception>
    public static void RequireTrusted(string directory) =>
        OpenDirectory(directory, directory, directory, PathUse.Edit, create: false)?.Dispose();

    /// <summary>
    /// Deletes a directory if it is empty. Best effort, because another program may add a file at that moment.
    /// </summary>
    public static void DeleteEmptyDirectory(string directory)
    {
        try
        {
            using DirectoryHandle? above = OpenDirectory(directory, directory, PathUse.Edit);
            above?.TryDeleteDirectory(System.IO.Path.GetFileName(directory));
        }
        catch (Exception exception) when (exception is IOException or HelperException)
        {
            // The directory is kept.
        }
    }

    /// <summary>Repeats an edit, including reading, until no other program changes the file in between.</summary>
    /// <exception cref="HelperException">Another program changes it continuously.</exception>
    public static T Retry<T>(string path, Func<T> edit)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return edit();
            }
            catch (ChangedMeanwhileException) when (attempt < Attempts)
            {
                Thread.Sleep(20 * attempt);
            }
            catch (ChangedMeanwhileException exception)
            {
                throw new HelperException(
                    FailureKind.Other,
                    $"{path} is changed by another program again and again",
                    "stop that program and run setup again",
                    exception
                );
            }
        }
    }

    /// <summary>Whether the file has changed since it was read.</summary>
    public bool HasChanged
    {
        get
        {
            try
            {
                using DirectoryHandle? directory = OpenDirectory(Path, Target, _use);
                return IsChangedIn(directory);
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    private bool IsChangedIn(DirectoryHandle? directory) =>
        directory?.StatusOf(System.IO.Path.GetFileName(Target)) != _status;

    /// <summary>
    /// Replaces the content, or creates the file with mode 0600 in a directory with mode 0700, as docker does.
    /// </summary>
    /// <exception cref="ChangedMeanwhileException">Another program changed it since it was read; nothing was
    /// written.</exception>
    /// <exception cref="HelperException">It cannot be written; nothing was changed.</exception>
    public void Replace(byte[] content) => Commit(content, mode: null);

    /// <inheritdoc cref="Replace(byte[])"/>
    /// <param name="mode">The mode of the new file, which belongs to this user.</param>
    public void Replace(byte[] content, UnixFileMode mode) => Commit(content, mode);

    /// <inheritdoc cref="Replace(byte[])"/>
    public void Delete() => Commit(null, mode: null);

    /// <summary>Fails if a directory that does not exist cannot be created.</summary>
    /// <exception cref="HelperException">It cannot be created.</exception>
    public static void RequireCreatable(string directory)
    {
        try
        {
            Open(directory).RequireWritable();
        }
        catch (HelperException) when (Directory.Exists(directory))
        {
            // Another process has created it meanwhile.
        }
    }

    /// <summary>
    /// Fails if writing would, as far as that is known beforehand. Used for a change that is one of several.
    /// </summary>
    /// <exception cref="HelperException">It cannot be written.</exception>
    public void RequireWritable()
    {
        string? directory = System.IO.Path.GetDirectoryName(Target)!;
        if (OperatingSystem.IsWindows())
            return;
        const int ToWriteAndEnter = 2 | 1;
        while (!Directory.Exists(directory) && System.IO.Path.GetDirectoryName(directory) is { } above)
        {
            if (FileStatus.OfLink(directory) is not null)
                throw WriteFailure.OfDirectory($"{Path} cannot be written: {directory} is not a directory", directory);
            directory = above;
        }
        if (Posix.Access(directory, ToWriteAndEnter) != 0)
            throw WriteFailure.OfAccess(Path, directory, System.Runtime.InteropServices.Marshal.GetLastPInvokeError());
        if (
            _status is { } status
            && Posix.EffectiveUserId() is not 0 and var user
            && OperatingSystem.IsLinux()
            && status.UserId != user
        )
        {
            throw WriteFailure.Foreign(Path, Target);
        }
    }

    /// <summary>
    /// Writes the file through one handle of its directory, so that the directory cannot be exchanged in between.
    /// </summary>
    /// <param name="mode">The mode of the file, or null to keep mode, owner and access list.</param>
    private void Commit(byte[]? content, UnixFileMode? mode)
    {
        try
        {
            using DirectoryHandle? directory = OpenDirectory(Path, Target, _use, create: content is not null);
            using DirectoryLock? guard = directory is null ? null : DirectoryLock.Take(directory);
            if (IsChangedIn(directory))
                throw new ChangedMeanwhileException(Path);
            if (content is null)
                directory?.Delete(System.IO.Path.GetFileName(Target));
            else
                Write(directory!, content, mode);
            directory?.Sync();
            _status = directory?.StatusOf(System.IO.Path.GetFileName(Target));
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last exception is how .NET reports a file beyond `ulimit -f`.
            throw WriteFailure.Of(Path, exception);
        }
        Content = content;
        if (content is null || mode is not null)
            _accessList = null;
    }

    private void Write(DirectoryHandle directory, byte[] content, UnixFileMode? mode)
    {
        using var file = TemporaryFile.Create(directory, System.IO.Path.GetFileName(Target));
        if (mode is { } own)
            file.SetMode(own);
        else
            KeepAccess(file);
        file.Write(content);
        // Checked as late as possible, because programs that take no lock may have changed the file.
        if (IsChangedIn(directory))
            throw new ChangedMeanwhileException(Path);
        file.Commit();
    }

    private void KeepAccess(TemporaryFile file)
    {
        if (OperatingSystem.IsLinux() && _status is { } status && !file.TrySetOwner(status.UserId, status.GroupId))
            throw WriteFailure.Foreign(Path, Target);
        file.SetMode(Mode ?? OwnerOnly, _accessList);
    }
}
