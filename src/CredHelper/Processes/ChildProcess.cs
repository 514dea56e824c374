using System.Buffers;
using System.Diagnostics;
using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>The result of a child process.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}";
}

/// <summary>
/// Runs another program by its absolute path, with the environment that this process was started with (without our own
/// changes for native libraries) and a variable that prevents helpers from calling each other in a loop. At the
/// deadline it is killed together with its own children.
/// </summary>
internal static class ChildProcess
{
    /// <summary>Set in every child. If it is already set, no further helper is started.</summary>
    public const string GuardVariable = "DOCKER_CREDENTIAL_ECR_LOGIN_CHILD";

    private const int LongestOutput = 1024 * 1024;
    private static bool _refusesPrivileges;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs a program and waits for it, at most until the deadline.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static ChildResult Run(
        EnvironmentSnapshot environment,
        string path,
        string[] arguments,
        string input,
        TimeSpan deadline,
        bool isMarked = true
    ) =>
        // The child gets the deadline; the additional second is for killing it and reporting the error.
        Deadline.Within(
            deadline + TimeSpan.FromSeconds(1),
            cancellationToken => RunAsync(environment, path, arguments, input, deadline, cancellationToken, isMarked)
        );

    /// <exception cref="HelperException">It cannot be started, runs too long, or prints too much.</exception>
    /// <param name="isMarked">False for this program running as another user, which may itself start helpers.</param>
    public static async Task<ChildResult> RunAsync(
        EnvironmentSnapshot environment,
        string path,
        string[] arguments,
        string input,
        TimeSpan deadline,
        CancellationToken cancellationToken,
        bool isMarked = true
    )
    {
        using var process = new Process { StartInfo = Describe(environment, path, arguments, isMarked) };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(deadline);
        try
        {
            // This applies to the current thread and to the programs that it starts.
            if (_refusesPrivileges && OperatingSystem.IsLinux() && !LibC.RefuseNewPrivileges())
                throw new IOException("cannot set no_new_privs");
            process.Start();
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            throw new HelperException(
                FailureKind.Other,
                $"{path} cannot be started: {ForeignText.Clean(exception.Message)}",
                "check the file and its permissions",
                exception
            );
        }
        try
        {
            void TooMuch() => Kill(process);
            // Not with the process's own readers, which would remove a byte order mark.
            Task<string> output = ReadAsync(process.StandardOutput.BaseStream, TooMuch, end.Token),
                error = ReadAsync(process.StandardError.BaseStream, TooMuch, end.Token);
            await WriteAsync(process.StandardInput, input, end.Token);
            await Task.WhenAll(output, error, process.WaitForExitAsync(end.Token));
            return new ChildResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            throw new HelperException(
                FailureKind.Timeout,
                $"{path} did not finish within {deadline.TotalSeconds:0.###} s",
                "run it by hand to check whether it waits for input, such as a passphrase"
            );
        }
        finally
        {
            Kill(process);
            // Wait for the end of the child, so that neither it nor its zombie remains.
            await process
                .WaitForExitAsync(CancellationToken.None)
                .WaitAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Disposing of the process does not dispose of streams that were accessed.
            process.StandardOutput.Dispose();
            process.StandardError.Dispose();
        }
    }

    /// <summary>Prevents programs that this process starts from gaining privileges.</summary>
    public static void RefuseNewPrivileges() => _refusesPrivileges = true;

    /// <summary>Kills the process and its children, unless it has ended.</summary>
    public static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception exception)
            when (exception is AggregateException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // It ended by itself or runs as another user; in both cases nothing remains to be done.
        }
    }

    private static ProcessStartInfo Describe(
        EnvironmentSnapshot environment,
        string path,
        string[] arguments,
        bool isMarked
    )
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Independent of the console's encoding, because the helper protocol is JSON.
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in environment.Variables)
            start.Environment[name] = value;
        if (isMarked)
            start.Environment[GuardVariable] = "1";
        return start;
    }

    private static async Task WriteAsync(StreamWriter writer, string input, CancellationToken cancellationToken)
    {
        try
        {
            await writer.WriteAsync(input.AsMemory(), cancellationToken);
            writer.Close();
        }
        catch (IOException)
        {
            // It did not read its input; the exit code is reported.
        }
    }

    private static async Task<string> ReadAsync(Stream stream, Action onTooMuch, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        byte[] buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.WrittenCount + count > LongestOutput)
            {
                // Its output is no longer read, so it would block on the pipe until the deadline.
                onTooMuch();
                throw new HelperException(
                    FailureKind.BadResponse,
                    "a credential program printed more than 1 MiB",
                    "run it by hand to check its output"
                );
            }
            bytes.Write(buffer.AsSpan(0, count));
        }
        return Utf8.GetString(bytes.WrittenSpan);
    }
}
