using System.Runtime.Versioning;
using CredHelper.Processes;

namespace CredHelper.Tests.Processes;

/// <summary>
/// Twenty children, one after the other, with no other test beside them: what is counted is the whole process's.
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
        // Twenty leaks of three would be sixty; a few may come from servers of earlier tests that are still closing.
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

/// <summary>Tests that look at the whole process run when all others are done.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
