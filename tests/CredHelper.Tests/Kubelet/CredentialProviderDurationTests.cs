using CredHelper.Kubelet;

namespace CredHelper.Tests.Kubelet;

/// <summary>Durations in Go's format, for the response to the kubelet.</summary>
public sealed class CredentialProviderDurationTests
{
    [Theory]
    [InlineData(0, "0h0m0s")]
    [InlineData(-5, "0h0m0s")]
    [InlineData(59, "0h0m59s")]
    [InlineData(21600, "6h0m0s")]
    [InlineData(360061, "100h1m1s")]
    public void HasHoursMinutesAndSeconds(int seconds, string expected) =>
        Assert.Equal(expected, CredentialProviderResponse.Duration(TimeSpan.FromSeconds(seconds)));
}
