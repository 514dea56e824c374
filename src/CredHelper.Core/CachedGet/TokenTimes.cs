namespace CredHelper.CachedGet;

/// <summary>When a token serves; Unix seconds by the local clock.</summary>
internal readonly record struct TokenTimes(long IssuedAt, long RenewAt, long ExpiresAt)
{
    /// <summary>Seconds by which a clock may have run backwards before an entry's times are doubted.</summary>
    private const long ClockTolerance = 300;

    /// <summary>Serves as it is, without a look at the network.</summary>
    public bool IsFresh(long now) => now < RenewAt && now >= IssuedAt - ClockTolerance;

    /// <summary>Still opens the registry, though a newer one should be fetched.</summary>
    public bool IsValid(long now) => now < ExpiresAt;
}
