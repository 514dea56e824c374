using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Editing;

/// <summary>
/// A file of somebody's that is replaced as a whole: read with its status, written beside and renamed. It keeps mode
/// and owner, a link to it stays a link, and what somebody else wrote in between is never lost.
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

    /// <summary>As it was asked for.</summary>
    public string Path { get; }

    /// <summary>The file itself, behind all links.</summary>
    public string Target { get; }

    /// <summary>Null where there is no file.</summary>
    public byte[]? Content { get; private set; }

    /// <summary>Null where there is no file, and on Windows.</summary>
    public UnixFileMode? Mode => OperatingSystem.IsWindows() ? null : _status?.Permissions;

    /// <exception cref="HelperException">It is there and cannot be read as a file, or another user could lead root
    /// elsewhere.</exception>
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
        throw WriteFailure.Of(path, "is a link that leads in a circle", $"rm {ShellWord.Quote(path)}");
    }

    /// <summary>A file of ours with secrets: no link, and not the file of another user.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">What holds for its directory: <see cref="PathUse.Private"/>, or <see cref="PathUse.Edit"/> for
    /// one beside a file that is edited.</param>
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
                "nobody's configuration is; look what it is"
            ),
            _ => throw WriteFailure.NotAFile(path),
        };
    }

    /// <summary>Where a link leads; null if the target is none.</summary>
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

    /// <summary>The directory of a file; null if it is not there.</summary>
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

    /// <summary>Fails if root would not edit files in this directory, or in one that is yet to be made there.</summary>
    /// <exception cref="HelperException">Another user could lead root elsewhere.</exception>
    public static void RequireTrusted(string directory) =>
        OpenDirectory(directory, directory, directory, PathUse.Edit, create: false)?.Dispose();

    /// <summary>
    /// Removes a directory if it is empty. Best effort: somebody may put something in at that moment.
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
            // It stays.
        }
    }

    /// <summary>Repeats an edit, from reading on, until nobody else wrote the file meanwhile.</summary>
    /// <exception cref="HelperException">Somebody writes it all the time.</exception>
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
                    $"{path} is changed by another program all the time",
                    "stop that program and run setup again",
                    exception
                );
            }
        }
    }

    /// <summary>Whether the file has become another one since it was read.</summary>
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
    /// Replaces the content, or creates the file with mode 0600 in a directory of mode 0700, as docker does.
    /// </summary>
    /// <exception cref="ChangedMeanwhileException">Somebody else wrote it since it was read; nothing was
    /// changed.</exception>
    /// <exception cref="HelperException">It cannot be written; nothing was changed.</exception>
    public void Replace(byte[] content) => Commit(content, mode: null);

    /// <inheritdoc cref="Replace(byte[])"/>
    /// <param name="mode">The mode that the file gets, whatever it had; it becomes this user's own.</param>
    public void Replace(byte[] content, UnixFileMode mode) => Commit(content, mode);

    /// <inheritdoc cref="Replace(byte[])"/>
    public void Delete() => Commit(null, mode: null);

    /// <summary>
    /// Fails as writing would, as far as that can be known beforehand: for a change that is one of several.
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

    /// <summary>All of it happens from one handle of the directory.</summary>
    /// <param name="mode">Null for the access that the file has.</param>
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
            // The last is how .NET words a file past `ulimit -f`.
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
        // As late as can be: a program that takes no lock may have come by.
        if (IsChangedIn(directory))
            throw new ChangedMeanwhileException(Path);
        file.Commit();
    }

    private void KeepAccess(TemporaryFile file)
    {
        if (OperatingSystem.IsLinux() && _status is { } status && !file.TrySetOwner(status.UserId, status.GroupId))
            throw WriteFailure.Foreign(Path, Target);
        file.SetMode(_status?.Permissions ?? OwnerOnly, _accessList);
    }
}
