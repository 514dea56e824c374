namespace CredHelper.Cache;

/// <summary>
/// Decides when a token is renewed: at a random point between 45 and 65 % of its lifetime. Hosts that started together
/// must not renew together, because GetAuthorizationToken is limited to 20 calls per second for each account and region
/// (ECR service quotas).
/// </summary>
internal static class Renewal
{
    private const double Earliest = 0.45,
        Latest = 0.65;

    /// <summary>The longest lifetime of an ECR token. A longer one in a response is an error and is not used.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(12);

    /// <param name="now">The local time.</param>
    /// <param name="life">
    /// The remaining lifetime of the token by the server's clock; negative if it has expired.
    /// </param>
    /// <param name="draw">A random number, evenly distributed from 0 to 1.</param>
    /// <returns>Unix seconds by the local clock.</returns>
    public static (long IssuedAt, long RenewAt, long ExpiresAt) Plan(DateTimeOffset now, TimeSpan life, double draw)
    {
        if (life > LongestLife)
            life = LongestLife;
        long issued = now.ToUnixTimeSeconds();
        return (
            issued,
            (long)(issued + life.TotalSeconds * (Earliest + (Latest - Earliest) * draw)),
            (long)(issued + life.TotalSeconds)
        );
    }
}
