using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>Receives bytes that a child process wrote.</summary>
internal delegate void ByteWriter(ReadOnlySpan<byte> bytes);

/// <summary>
/// The parent's side of a child process of another user: sends its input and copies its output in the order in which it
/// was written.
/// </summary>
internal sealed class ChildStreams(ByteWriter writeOutput, ByteWriter writeError)
{
    private static readonly PosixSignal[] Ends =
    [
        PosixSignal.SIGINT,
        PosixSignal.SIGTERM,
        PosixSignal.SIGHUP,
        PosixSignal.SIGQUIT,
    ];

    private readonly Lock _ending = new();
    private bool _isOverdue,
        _isInterrupted;

    /// <summary>The child's standard input; null for lines that the user types when the child prompts.</summary>
    public string? Input { get; init; }

    /// <summary>Returns the child's exit code.</summary>
    /// <param name="process">Killed if it has not ended when this returns.</param>
    /// <param name="preamble">What the child reads first.</param>
    /// <exception cref="HelperException">It took longer than the deadline.</exception>
    /// <exception cref="IOException">Its output cannot be written.</exception>
    public int Attend(Process process, string preamble, TimeSpan deadline)
    {
        // The child has its own session, so the terminal sends it no signals.
        PosixSignalRegistration[] signals =
        [
            .. Ends.Select(signal => PosixSignalRegistration.Create(signal, _ => Interrupt(process))),
        ];
        using var end = new Timer(_ => EndOverdue(process), null, deadline, Timeout.InfiniteTimeSpan);
        try
        {
            Send(process, preamble);
            // Output before the first frame, and errors of the runtime itself.
            Task errors = Task.Run(() => Copy(process.StandardError.BaseStream));
            FramedStreams.Read(process.StandardOutput.BaseStream, (kind, content) => Take(process, kind, content.Span));
            process.WaitForExit();
            errors.Wait();
            return _isOverdue
                ? throw new HelperException(
                    FailureKind.Timeout,
                    $"a process of another user did not end within {deadline.TotalSeconds:0.###} s"
                )
                : process.ExitCode;
        }
        finally
        {
            End(process);
            // The signal will end this process as well.
            if (_isInterrupted)
                Thread.Sleep(TimeSpan.FromSeconds(1));
            foreach (PosixSignalRegistration signal in signals)
                signal.Dispose();
        }
    }

    private void Send(Process process, string preamble)
    {
        try
        {
            Stream input = process.StandardInput.BaseStream;
            input.Write(Encoding.UTF8.GetBytes(preamble + Input));
            input.Flush();
            if (Input is not null)
                process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended early; its exit code and its output are reported.
        }
    }

    private void Take(Process process, FrameKind kind, ReadOnlySpan<byte> content)
    {
        switch (kind)
        {
            case FrameKind.Output:
                writeOutput(content);
                break;
            case FrameKind.Error:
                writeError(content);
                break;
            case FrameKind.Question when Input is null:
                Answer(process);
                break;
            default:
                break;
        }
    }

    private static void Answer(Process process)
    {
        try
        {
            if (Terminal.ReadLine() is { } line)
            {
                process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(line + "\n"));
                process.StandardInput.BaseStream.Flush();
            }
            else
            {
                process.StandardInput.Close();
            }
        }
        catch (IOException)
        {
            // It did not wait for the answer.
        }
    }

    private void Copy(Stream stream)
    {
        byte[] buffer = new byte[4096];
        int count;
        while ((count = stream.Read(buffer)) > 0)
            writeError(buffer.AsSpan(0, count));
    }

    private void EndOverdue(Process process)
    {
        _isOverdue = true;
        End(process);
    }

    private void Interrupt(Process process)
    {
        _isInterrupted = true;
        End(process);
    }

    /// <summary>Killing all its children takes a while, and this process must not end before.</summary>
    private void End(Process process)
    {
        lock (_ending)
            ChildProcess.Kill(process);
    }
}
