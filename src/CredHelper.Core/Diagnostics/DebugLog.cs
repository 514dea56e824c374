using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Diagnostics;

/// <summary>
/// Logs what the program does, one line at a time: <c>AWS_ECR_LOG=debug</c> logs to standard error,
/// <c>AWS_ECR_LOG_FILE</c> to a private file that is rotated at 1 MiB and keeps one earlier file. Off by default. No
/// secret is ever passed to it.
/// </summary>
internal sealed class DebugLog(EnvironmentSnapshot environment, TimeProvider time)
{
    private const int LongestFile = 1024 * 1024;
    private readonly bool _toError = string.Equals(
        environment["AWS_ECR_LOG"],
        "debug",
        StringComparison.OrdinalIgnoreCase
    );
    private readonly string? _file =
        environment["AWS_ECR_LOG_FILE"] is { } path
        && environment.ExpandHome(path) is { } full
        && Path.IsPathFullyQualified(full)
            ? full
            : null;

    public bool IsOn => _toError || _file is not null;

    /// <summary>Writes an interpolated line, which is formatted only if the log is on.</summary>
    public void Write([InterpolatedStringHandlerArgument("")] ref DebugLogLine line)
    {
        if (IsOn)
            Write(line.ToStringAndClear());
    }

    public void Write(string line)
    {
        if (!IsOn)
            return;
        string stamp = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        byte[] bytes = Encoding.UTF8.GetBytes(
            $"{stamp} {HelperName.Program}[{Environment.ProcessId}]: {ForeignText.Line(line)}\n"
        );
        if (_toError)
            StandardStreams.WriteError(bytes);
        if (_file is not null)
            Append(_file, bytes);
    }

    private static void Append(string path, byte[] bytes)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                PrivateLog.Append(path, LongestFile, bytes);
            else
                AppendPortable(path, bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // If the log cannot be written, the operation that it describes must still succeed.
        }
    }

    private static void AppendPortable(string path, byte[] bytes)
    {
        // Opening a FIFO would block until a reader opens it.
        if (!RegularFile.IsFileOrMissing(path))
            return;
        var existing = new FileInfo(path);
        if (existing.Exists && existing.Length > LongestFile)
            File.Move(path, path + ".1", overwrite: true);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            BufferSize = 0,
        };
        if (OperatingSystem.IsWindows() && !File.Exists(path))
            WindowsAccess.CreateFile(path, FileShare.ReadWrite).Dispose();
        else if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(bytes);
    }
}
