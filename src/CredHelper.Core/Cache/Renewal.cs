namespace CredHelper.Cache;

/// <summary>
/// When a token is renewed: at a random point between 45 and 65 % of its life. Hosts that started together must not
/// renew together, because GetAuthorizationToken allows 20 calls a second for an account and region (service quotas of
/// ECR).
/// </summary>
internal static class Renewal
{
    private const double Earliest = 0.45,
        Latest = 0.65;

    /// <summary>The longest life that ECR gives; a longer one in an answer is a fault and is not relied on.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(12);

    /// <param name="now">The local clock.</param>
    /// <param name="life">What is left of the token by the server's clock; negative where it is over.</param>
    /// <param name="draw">Evenly from 0 to 1.</param>
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
