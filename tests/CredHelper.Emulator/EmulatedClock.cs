namespace CredHelper.Emulator;

/// <summary>The clock of the servers. A test can move it to let tokens and sessions expire without waiting.</summary>
public sealed class EmulatedClock
{
    private readonly TimeProvider _time;
    private long _offset;

    internal EmulatedClock(TimeProvider time) => _time = time;

    /// <summary>The offset from the real clock.</summary>
    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public DateTimeOffset Now => _time.GetUtcNow() + Offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
