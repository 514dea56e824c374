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
    public void IsQuotedIfAShellWouldReadItOtherwise(string text, string word) =>
        Assert.Equal(word, ShellWord.Quote(text));
}
