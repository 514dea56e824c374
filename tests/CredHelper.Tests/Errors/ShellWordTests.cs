using CredHelper.Errors;

namespace CredHelper.Tests.Errors;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("/a-b/c.d_e", "/a-b/c.d_e")]
    [InlineData("", "''")]
    [InlineData("two words", "'two words'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("$(id)`id`;&|<>\"", "'$(id)`id`;&|<>\"'")]
    [InlineData("a\eb'c\\d\n", "$'a\\033b\\'c\\\\d\\012'")]
    [InlineData("a\u202eb\u009bé", "$'a\\342\\200\\256b\\302\\233é'")]
    public void IsQuotedIfAShellWouldReadItOtherwise(string text, string word) =>
        Assert.Equal(word, ShellWord.Quote(text));

    [Fact]
    public void IsNotLongerThanAPath() => Assert.InRange(ShellWord.Quote(new string('x', 1_000_000)).Length, 100, 5000);

    [Fact]
    public void IsWrittenInAWayThatTheGateKeeps() =>
        Assert.Equal(ShellWord.Quote("a\e\u202e\nb'"), ForeignText.Line(ShellWord.Quote("a\e\u202e\nb'")));
}
