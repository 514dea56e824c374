using CredHelper.Aws.Config;
using CredHelper.Aws.Sources;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>Access keys as people paste them.</summary>
public sealed class KeyTextTests
{
    [Theory]
    [InlineData(" AKIDEXAMPLE000000001\r\n", "AKIDEXAMPLE000000001")]
    [InlineData("wJalr/XUtn+FEMI=", "wJalr/XUtn+FEMI=")]
    [InlineData("test", "test")]
    [InlineData("aws_test", "aws_test")]
    [InlineData(" \t", null)]
    public void IsTrimmed(string value, string? key) => Assert.Equal(key, KeyText.Of(new Setting(value, "X")));

    [Theory]
    [InlineData("\"abc\"")]
    [InlineData(" 'abc' ")]
    [InlineData("abc")]
    public void LosesQuotesInAFile(string value) => Assert.Equal("abc", KeyText.OfFile(new Setting(value, "X")));

    [Theory]
    [InlineData("\"abc\"", "has a quote at its beginning or end")]
    [InlineData("'abc", "has a quote at its beginning or end")]
    [InlineData("ab\"c", "contains a quote")]
    [InlineData("abc # of the team", "contains white space")]
    [InlineData("AWS_ACCESS_KEY_ID=abc", "begins with the name of a setting")]
    [InlineData("aws_secret_access_key=abc=", "begins with the name of a setting")]
    [InlineData("abc\ndef", "contains white space")]
    [InlineData("abc\u200B", "contains an invisible or non-ASCII character")]
    [InlineData("abcd\u00E9", "contains an invisible or non-ASCII character")]
    public void IsRefusedBeforeItIsUsed(string value, string fault)
    {
        HelperException e = Assert.Throws<HelperException>(() => KeyText.Of(new Setting(value, "AWS_ACCESS_KEY_ID")));
        Assert.Equal($"AWS_ACCESS_KEY_ID {fault}", e.Message);
        Assert.NotNull(e.Hint);
    }
}
