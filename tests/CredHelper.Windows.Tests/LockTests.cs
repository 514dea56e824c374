using CredHelper.Editing;

namespace CredHelper.Windows.Tests;

/// <summary>The lock of a directory in which files are edited.</summary>
public sealed class LockTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task IsHeldByOneAtATime()
    {
        int inside = 0,
            most = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(
                        () =>
                        {
                            for (int turn = 0; turn < 10; turn++)
                            {
                                using var guard = DirectoryLock.Take(_place.Root);
                                most = Math.Max(most, Interlocked.Increment(ref inside));
                                Thread.Sleep(1);
                                Interlocked.Decrement(ref inside);
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );
        Assert.Equal(1, most);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.Root));
    }

    [Fact]
    public void IsFreeIfItsHolderHasEnded()
    {
        var holder = new Thread(() => DirectoryLock.Take(_place.Root));
        holder.Start();
        holder.Join();
        DirectoryLock.Take(_place.Root).Dispose();
    }

    [Fact]
    public void IsOneForEachDirectory()
    {
        using var first = DirectoryLock.Take(_place.Root);
        var other = new Thread(() => DirectoryLock.Take(_place.PathOf("other")).Dispose());
        other.Start();
        Assert.True(other.Join(TimeSpan.FromSeconds(5)));
    }
}
