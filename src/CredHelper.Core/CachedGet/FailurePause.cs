using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>How long a recorded failure counts.</summary>
internal static class FailurePause
{
    /// <summary>
    /// Milliseconds for which a failed refresh is not repeated while the current token is still valid.
    /// </summary>
    public const long Refresh = 60 * 1000;

    /// <summary>The suffix of a failure's file name, which follows the key of its token.</summary>
    public static ReadOnlySpan<byte> FileSuffix => ".failure"u8;

    /// <summary>The first line of the file, with the version of its layout.</summary>
    public static ReadOnlySpan<byte> Kind => "ecr-failure 2"u8;

    /// <summary>Whether a failure is that recent; Unix milliseconds.</summary>
    public static bool IsWithin(long failedAt, long milliseconds, long now)
    {
        // A record from the future means that the clock was set back. It must not block for longer than intended.
        long age = now - failedAt;
        return age >= 0 && age < milliseconds;
    }

    /// <summary>Whether an intact record describes a refresh that failed recently.</summary>
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
