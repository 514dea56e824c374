namespace CredHelper.CachedGet;

/// <summary>When a token may be used; Unix seconds by the local clock.</summary>
internal readonly record struct TokenTimes(long IssuedAt, long RenewAt, long ExpiresAt)
{
    /// <summary>Seconds by which the clock may have been set back before an entry's times are rejected.</summary>
    private const long ClockTolerance = 300;

    /// <summary>Whether the token may be used without calling AWS.</summary>
    public bool IsFresh(long now) => now < RenewAt && now >= IssuedAt - ClockTolerance;

    /// <summary>Whether the registry still accepts the token, although a newer one should be fetched.</summary>
    public bool IsValid(long now) => now < ExpiresAt;
}
