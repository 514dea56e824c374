using System.Runtime.Versioning;
using CredHelper.Processes;

namespace CredHelper.Tests.Processes;

/// <summary>
/// Starts twenty child processes in sequence without other tests, because the counts are those of the whole process.
/// </summary>
[UnsupportedOSPlatform("windows")]
[Collection(nameof(Alone))]
public sealed class ChildProcessLeakTests : IDisposable
{
    private readonly Home _home = new();

    public ChildProcessLeakTests() => Programs.RequireLinux();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task LeaveNoFileDescriptorBehind()
    {
        await RunAsync();
        int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (int i = 0; i < 20; i++)
            await RunAsync();
        // Twenty leaks of three descriptors would be sixty; a few may belong to servers of earlier tests that are still
        // closing.
        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length, 0, before + 20);
    }

    private Task<ChildResult> RunAsync() =>
        ChildProcess.RunAsync(
            _home.Environment(),
            "/bin/sh",
            ["-c", "true"],
            "",
            TimeSpan.FromSeconds(20),
            TestContext.Current.CancellationToken
        );
}

/// <summary>Tests that examine the whole process run after all others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
