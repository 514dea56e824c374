using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace CredHelper.Scenarios.Runner;

/// <summary>How to start a command: its input, its closed streams, its user and its mounts.</summary>
internal sealed record Launch(
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    string Directory,
    byte[] Stdin,
    bool StdinStaysOpen,
    string Redirections,
    uint? User,
    MountNamespace? Mounts = null
);

/// <summary>The result of a command.</summary>
internal sealed record Outcome(int ExitCode, byte[] StdoutBytes, byte[] StderrBytes, TimeSpan Elapsed)
{
    public string Stdout { get; } = Encoding.UTF8.GetString(StdoutBytes);

    public string Stderr { get; } = Encoding.UTF8.GetString(StderrBytes);
}

/// <summary>
/// A command under test in its own session and process group, so that killing the group also kills its children.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const int SigKill = 9;
    private readonly Process _process;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task<byte[]> _stdout;
    private readonly Task<byte[]> _stderr;

    private ChildProcess(Process process, Launch launch)
    {
        _process = process;
        _stdout = ReadAsync(process.StandardOutput.BaseStream);
        _stderr = ReadAsync(process.StandardError.BaseStream);
        _ = WriteAsync(launch);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static ChildProcess Start(Launch launch)
    {
        var start = new ProcessStartInfo("/usr/bin/setsid")
        {
            WorkingDirectory = launch.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (launch.Mounts is { } mounts)
            AddAll(start, [.. mounts.Enter(launch.Directory)]);
        if (launch.User is uint user)
            AddAll(start, "/usr/bin/setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups");
        if (launch.Redirections.Length > 0)
            AddAll(start, "/bin/sh", "-c", $"exec \"$@\" {launch.Redirections}", "sh");
        AddAll(start, [.. launch.Command]);
        start.Environment.Clear();
        foreach ((string name, string value) in launch.Environment)
            start.Environment[name] = value;
        return new ChildProcess(Process.Start(start)!, launch);
    }

    /// <summary>
    /// Waits for the process and both streams to end; null if the time limit passed first and the group was killed.
    /// </summary>
    public async Task<Outcome?> WaitAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            TimeSpan elapsed = _clock.Elapsed;
            // A grandchild that outlives its parent may keep the pipes open.
            byte[][] streams = await Task.WhenAll(_stdout, _stderr).WaitAsync(deadline.Token);
            return new Outcome(_process.ExitCode, streams[0], streams[1], elapsed);
        }
        catch (OperationCanceledException)
        {
            Kill(SigKill);
            return null;
        }
    }

    public void Kill(int signal)
    {
        // setsid(1) makes the child the leader of its group only after it has started; until then the group does not
        // exist.
        if (SendSignal(-_process.Id, signal) != 0)
            _ = SendSignal(_process.Id, signal);
    }

    public void Dispose()
    {
        _ = SendSignal(-_process.Id, SigKill);
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static void AddAll(ProcessStartInfo start, params string[] words)
    {
        foreach (string word in words)
            start.ArgumentList.Add(word);
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task WriteAsync(Launch launch)
    {
        try
        {
            Stream stdin = _process.StandardInput.BaseStream;
            await stdin.WriteAsync(launch.Stdin);
            await stdin.FlushAsync();
            if (!launch.StdinStaysOpen)
                stdin.Close();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The command ended without reading all of its input, which may be what the scenario tests.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);
}
