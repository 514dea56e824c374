using CredHelper.Output;

namespace CredHelper.Tests.Output;

public sealed class RelativeTimeTests
{
    [Theory]
    [InlineData(0, "in 0 s")]
    [InlineData(59, "in 59 s")]
    [InlineData(60, "in 1 min")]
    [InlineData(3600, "in 1 h")]
    [InlineData(43199, "in 11 h")]
    [InlineData(100_000, "in 27 h")]
    [InlineData(200_000, "in 2 d")]
    [InlineData(-420, "7 min ago")]
    public void TellsTimesFromNow(int seconds, string words) =>
        Assert.Equal(words, RelativeTime.Around(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-5, "0 s ago")]
    [InlineData(12, "12 s ago")]
    [InlineData(420, "7 min ago")]
    [InlineData(39900, "11 h 5 min ago")]
    public void TellsAges(int seconds, string words) =>
        Assert.Equal(words, RelativeTime.Ago(TimeSpan.FromSeconds(seconds)));
}
