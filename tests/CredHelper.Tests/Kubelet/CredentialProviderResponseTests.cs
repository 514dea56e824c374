using CredHelper.Cache;
using CredHelper.Kubelet;

namespace CredHelper.Tests.Kubelet;

/// <summary>How long the kubelet may use its own cache.</summary>
public sealed class CredentialProviderResponseTests
{
    /// <summary>Fetched at 0, due for renewal after six hours, expired after twelve.</summary>
    private static readonly CachedToken Token = Sample.Token(0);

    private static TimeSpan KeptAt(double hours, CachedToken token) =>
        CredentialProviderResponse.CacheDuration(token, DateTimeOffset.UnixEpoch.AddHours(hours));

    [Fact]
    public void EndsWhenTheTokenIsDue()
    {
        Assert.Equal(TimeSpan.FromHours(6), KeptAt(0, Token));
        Assert.Equal(TimeSpan.FromHours(7.5), KeptAt(0, Token with { RenewAt = 27_000 }));
        Assert.Equal(TimeSpan.FromHours(1), KeptAt(5, Token));
    }

    [Fact]
    public void EndsAtHalfOfWhatIsLeftWhereRenewingFailed() => Assert.Equal(TimeSpan.FromHours(2), KeptAt(8, Token));

    [Fact]
    public void EndsAtHalfOfALoginsLifeWhichIsNeverDue() =>
        Assert.Equal(
            TimeSpan.FromHours(5),
            KeptAt(2, Token with { Origin = TokenOrigin.Login, RenewAt = Token.ExpiresAt })
        );
}
