namespace CredHelper.Tests;

/// <summary>
/// A clock that a test sets. Waits and time stamps are the system's: only what the time is can be decided.
/// </summary>
internal sealed class Clock : TimeProvider
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Noon;

    public long Seconds => Now.ToUnixTimeSeconds();

    public override DateTimeOffset GetUtcNow() => Now;
}
