using System.Buffers;
using System.Diagnostics;
using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>What a child process left behind.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}";
}

/// <summary>
/// Runs another program by its absolute path, with the environment we were started with (never our own changes for
/// native libraries) and a mark against calling each other in circles. It is killed with all it started when its time
/// is up.
/// </summary>
internal static class ChildProcess
{
    /// <summary>Set in every child; where it is set already, no further helper is started.</summary>
    public const string GuardVariable = "DOCKER_CREDENTIAL_ECR_LOGIN_CHILD";

    private const int LongestOutput = 1024 * 1024;
    private static bool _refusesPrivileges;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs it and waits for it, at most until the deadline.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static ChildResult Run(
        EnvironmentSnapshot environment,
        string path,
        string[] arguments,
        string input,
        TimeSpan deadline,
        bool isMarked = true
    ) =>
        // The child has the deadline; the second is for killing it and saying so.
        Deadline.Within(
            deadline + TimeSpan.FromSeconds(1),
            cancellationToken => RunAsync(environment, path, arguments, input, deadline, cancellationToken, isMarked)
        );

    /// <exception cref="HelperException">It cannot be started, runs too long, or says too much.</exception>
    /// <param name="isMarked">False for this program under another user, which may go on to start helpers of its
    /// own.</param>
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
            // Counts for one thread, and for the program that this one starts.
            if (_refusesPrivileges && OperatingSystem.IsLinux() && !LibC.RefuseNewPrivileges())
                throw new IOException("the kernel does not refuse new privileges");
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
            // Not by their readers, which would swallow a byte order mark.
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
                $"{path} did not answer within {deadline.TotalSeconds:0.###} s",
                "it may be waiting for a person: unlock it, or run it by hand"
            );
        }
        finally
        {
            Kill(process);
            // Whoever looks at the machine after us finds neither the child nor its zombie.
            await process
                .WaitForExitAsync(CancellationToken.None)
                .WaitAsync(TimeSpan.FromMilliseconds(500), CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Disposing of a process leaves its streams to the finalizer once somebody has asked for them.
            process.StandardOutput.Dispose();
            process.StandardError.Dispose();
        }
    }

    /// <summary>From now on programs that this process starts cannot get more rights than it has.</summary>
    public static void RefuseNewPrivileges() => _refusesPrivileges = true;

    /// <summary>With all that it started, unless it is at its end already.</summary>
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
            // It ended by itself, or has become another user's; either way there is nothing more to do.
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
            // Not what the console is set to: the helper protocol is JSON.
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
            // It did not want to read; its exit code says the rest.
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
                // Nobody reads on, so it would stay blocked on its pipe until its time is up.
                onTooMuch();
                throw new HelperException(
                    FailureKind.BadResponse,
                    "a program that was asked for credentials printed more than 1 MiB",
                    "run it by hand to see what it does"
                );
            }
            bytes.Write(buffer.AsSpan(0, count));
        }
        return Utf8.GetString(bytes.WrittenSpan);
    }
}
