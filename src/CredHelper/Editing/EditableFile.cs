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
    private const int Attempts = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private FileStatus? _status;

    private EditableFile(string path, string target, FileStatus? status, byte[]? content)
    {
        Path = path;
        Target = target;
        _status = status;
        Content = content;
    }

    /// <summary>As it was asked for.</summary>
    public string Path { get; }

    /// <summary>The file itself, behind all links.</summary>
    public string Target { get; }

    /// <summary>Null where there is no file.</summary>
    public byte[]? Content { get; private set; }

    /// <exception cref="HelperException">It is there and cannot be read as a file.</exception>
    public static EditableFile Open(string path)
    {
        string target = BehindLinks(path);
        // The status first: what is written between it and the reading shows as a change later.
        FileStatus? status = FileStatus.Of(target);
        FileRead outcome = RegularFile.Read(target, LongestFile, out byte[] content);
        return outcome switch
        {
            FileRead.Ok => new EditableFile(path, target, status, content),
            FileRead.Missing => new EditableFile(path, target, null, null),
            FileRead.Unreadable or FileRead.Unreachable => throw WriteFailure.Unreadable(path, target),
            FileRead.TooLarge => throw WriteFailure.Of(
                path,
                "is larger than 64 MiB",
                "nobody's configuration is; look what it is"
            ),
            _ => throw WriteFailure.NotAFile(path),
        };
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

    private static string BehindLinks(string path)
    {
        // .NET throws for a link in a directory that is not there, which is no failure here.
        if (new FileInfo(path).LinkTarget is null)
            return System.IO.Path.GetFullPath(path);
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        }
        catch (IOException)
        {
            throw WriteFailure.Of(path, "is a link that leads in a circle", $"rm {ShellWord.Quote(path)}");
        }
    }

    /// <summary>Whether the file has become another one since it was read.</summary>
    public bool HasChanged => FileStatus.Of(Target) != _status;

    /// <summary>
    /// Replaces the content, or creates the file with mode 0600 in a directory of mode 0700, as docker does.
    /// </summary>
    /// <exception cref="ChangedMeanwhileException">Somebody else wrote it since it was read; nothing was
    /// changed.</exception>
    /// <exception cref="HelperException">It cannot be written; nothing was changed.</exception>
    public void Replace(byte[] content) => Commit(content, _status?.Permissions ?? OwnerOnly);

    /// <inheritdoc cref="Replace(byte[])"/>
    /// <param name="mode">The mode that the file gets, whatever it had.</param>
    public void Replace(byte[] content, UnixFileMode mode) => Commit(content, mode);

    /// <inheritdoc cref="Replace(byte[])"/>
    public void Delete() => Commit(null, OwnerOnly);

    /// <summary>
    /// Fails as writing would, as far as that can be known beforehand: for a change that is one of several.
    /// </summary>
    /// <exception cref="HelperException">It cannot be written.</exception>
    public void RequireWritable()
    {
        string? directory = System.IO.Path.GetDirectoryName(Target)!;
        RefuseForeignDirectory(directory);
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

    private void Commit(byte[]? content, UnixFileMode mode)
    {
        string directory = System.IO.Path.GetDirectoryName(Target)!;
        RefuseForeignDirectory(directory);
        string? temporary = null;
        try
        {
            if (content is not null)
                CreateDirectory(directory);
            using DirectoryLock guard = DirectoryLock.Take(directory);
            if (HasChanged)
                throw new ChangedMeanwhileException(Path);
            if (content is null)
            {
                File.Delete(Target);
            }
            else
            {
                RemoveAbandoned(directory);
                temporary = Write(directory, content, mode);
                // As late as can be: a program that takes no lock may have come by.
                if (HasChanged)
                    throw new ChangedMeanwhileException(Path);
                File.Move(temporary, Target, overwrite: true);
                temporary = null;
            }
            if (!OperatingSystem.IsWindows())
                Posix.SyncDirectory(directory);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last is how .NET words a file past `ulimit -f`.
            throw WriteFailure.Of(Path, exception);
        }
        finally
        {
            if (temporary is not null)
                RegularFile.TryDelete(temporary);
        }
        Content = content;
        _status = FileStatus.Of(Target);
    }

    private string Write(string directory, byte[] content, UnixFileMode mode)
    {
        string path = System.IO.Path.Combine(directory, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var file = new FileStream(path, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            if (OperatingSystem.IsWindows())
                return path;
            if (
                _status is { } status
                && OperatingSystem.IsLinux()
                && FileStatus.Of(path) is { } own
                && (own.UserId, own.GroupId) != (status.UserId, status.GroupId)
                && Posix.ChangeOwner(path, status.UserId, status.GroupId) != 0
            )
            {
                throw WriteFailure.Foreign(Path, Target);
            }
            // After the owner, because changing that clears some bits; the umask had its say at the creation.
            File.SetUnixFileMode(path, mode);
            return path;
        }
        catch
        {
            RegularFile.TryDelete(path);
            throw;
        }
    }

    /// <summary>
    /// Hidden, and told from a user's files by its name; what a killed process left goes with the next edit.
    /// </summary>
    private string TemporaryPrefix => $".{System.IO.Path.GetFileName(Target)}.ecr-login-";

    private void RemoveAbandoned(string directory)
    {
        foreach (string path in Directory.EnumerateFiles(directory, TemporaryPrefix + "*"))
            RegularFile.TryDelete(path);
    }

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Whoever owns a directory on the way can put a link in its place while root works there.</summary>
    private void RefuseForeignDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux() || Posix.EffectiveUserId() != 0)
            return;
        for (string? part = directory; part is not null; part = System.IO.Path.GetDirectoryName(part))
        {
            if ((FileStatus.Of(part)?.UserId ?? 0) == 0 && (FileStatus.OfLink(part)?.UserId ?? 0) == 0)
                continue;
            throw WriteFailure.Of(
                Path,
                $"stands below {part}, which belongs to another user; root does not write there",
                "run it as that user"
            );
        }
    }
}
