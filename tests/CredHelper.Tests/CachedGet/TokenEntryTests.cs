using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Tests.CachedGet;

public sealed class TokenEntryTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("1700000000", 1_700_000_000L)]
    [InlineData("-5", -5L)]
    [InlineData("999999999999999999", 999_999_999_999_999_999L)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("+5", null)]
    [InlineData("5 ", null)]
    [InlineData("1e3", null)]
    [InlineData("9999999999999999999", null)]
    public void HasTimesInWholeSeconds(string text, long? expected) => Assert.Equal(expected, Number(text));

    private static long? Number(string text) =>
        NativeScratch.Use<long?>(
            (ref Scratch scratch) => TokenEntry.TryNumber(scratch.AddText(text), out long number) ? number : null
        );
}
