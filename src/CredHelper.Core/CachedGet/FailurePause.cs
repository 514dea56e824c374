using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>How long a failure that was recorded counts.</summary>
internal static class FailurePause
{
    /// <summary>
    /// Milliseconds for which a failed refresh is not tried again while the token it would replace still serves.
    /// </summary>
    public const long Refresh = 60 * 1000;

    /// <summary>What the file name of a failure has behind the key of its token.</summary>
    public static ReadOnlySpan<byte> FileSuffix => ".failure"u8;

    /// <summary>The first line of the file, with the version of its layout.</summary>
    public static ReadOnlySpan<byte> Kind => "ecr-failure 2"u8;

    /// <summary>Whether a failure is so young; Unix milliseconds.</summary>
    public static bool IsWithin(long failedAt, long milliseconds, long now)
    {
        // A record from the future is a clock that was set back; it must not block for longer than it was meant to.
        long age = now - failedAt;
        return age >= 0 && age < milliseconds;
    }

    /// <summary>Whether an intact record tells of a refresh that failed just now.</summary>
    public static bool IsPausing(ref Scratch scratch, Bytes seed, Bytes content, long now)
    {
        if (!RecordReader.TryOpen(ref scratch, seed, content, Kind, out RecordReader reader))
            return false;
        while (reader.TryNext(out Bytes name, out Bytes value))
        {
            if (name.IsSame("at"u8))
                return TokenEntry.TryNumber(value, out long failedAt) && IsWithin(failedAt, Refresh, now);
        }
        return false;
    }
}
