using CredHelper.Editing;

namespace CredHelper.Tests.Editing;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("30s", true)]
    [InlineData("1h30m", true)]
    [InlineData("-1.5h", true)]
    [InlineData("0", true)]
    [InlineData("10\u00B5s", true)]
    [InlineData("", false)]
    [InlineData("30", false)]
    [InlineData("s", false)]
    [InlineData("1d", false)]
    [InlineData("1.2.3s", false)]
    public void AreReadAsGoReadsThem(string text, bool isValid) => Assert.Equal(isValid, GoDuration.IsValid(text));
}
