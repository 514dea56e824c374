namespace CredHelper.Tests;

/// <summary>
/// A clock that a test sets. Only the current time is replaced; timers and time stamps are the system's.
/// </summary>
internal sealed class Clock : TimeProvider
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Noon;

    public long Seconds => Now.ToUnixTimeSeconds();

    public override DateTimeOffset GetUtcNow() => Now;
}
