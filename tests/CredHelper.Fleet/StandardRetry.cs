namespace CredHelper.Fleet;

/// <summary>
/// What AWS's client does below one call of the program, in its retry mode "standard". The test RetriesOfTheClient
/// measures the client beside these figures. Its quota of retries (500, of which a retry takes 5 or 14) is not in it:
/// it is a process's own, and a process makes one call.
/// </summary>
internal static class StandardRetry
{
    public const int Attempts = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>The longest pause before the first retry of a throttled request.</summary>
    public static readonly TimeSpan AfterThrottling = TimeSpan.FromSeconds(1);

    /// <summary>The same where AWS failed or did not answer.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);

    /// <param name="longest">Before the first retry.</param>
    /// <param name="retry">0 for the first; each may wait twice as long as the one before.</param>
    /// <param name="draw">Evenly from 0 to 1.</param>
    public static TimeSpan Pause(TimeSpan longest, int retry, double draw)
    {
        // As numbers: a power of two soon is longer than a TimeSpan.
        double most = longest.TotalSeconds * Math.Pow(2, retry);
        return TimeSpan.FromSeconds(Math.Min(most, Longest.TotalSeconds) * draw);
    }
}
