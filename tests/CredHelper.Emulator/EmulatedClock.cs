namespace CredHelper.Emulator;

/// <summary>
/// The servers' clock. It can be moved, so that a test sees tokens and sessions expire without waiting.
/// </summary>
public sealed class EmulatedClock
{
    private readonly TimeProvider _time;
    private long _offset;

    internal EmulatedClock(TimeProvider time) => _time = time;

    /// <summary>How far the clock is ahead of the real one.</summary>
    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public DateTimeOffset Now => _time.GetUtcNow() + Offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
