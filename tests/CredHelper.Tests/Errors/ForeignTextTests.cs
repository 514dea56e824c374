using CredHelper.Errors;

namespace CredHelper.Tests.Errors;

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData(" \n\t ", "")]
    [InlineData("plain text (kept), \"as it is\"", "plain text (kept), \"as it is\"")]
    [InlineData("\n first\r\nsecond", "first")]
    [InlineData("first\u2028second", "first")]
    [InlineData("a\u001b[31mb\0c\u202ed\u200be", "a[31mbcde")]
    [InlineData("tab\there", "tab here")]
    public void IsOneCleanLine(string? text, string expected) => Assert.Equal(expected, ForeignText.Clean(text));

    [Theory]
    [InlineData("proxy http://me:hunter2@proxy:3128/ failed", "proxy http://***@proxy:3128/ failed")]
    [InlineData("'https://me:hun/ter2@proxy'", "'https://***@proxy'")]
    [InlineData("https://me:hunter@2@proxy", "https://***@proxy")]
    [InlineData("https://glpat-hunter2@gitlab.com/x", "https://***@gitlab.com/x")]
    [InlineData("me:hunter2@proxy:3128", "***@proxy:3128")]
    [InlineData("http://me:hun\u0007ter2@proxy", "http://***@proxy")]
    [InlineData("me:hunter2@registry.example/app@sha256:0123", "***@registry.example/app@sha256:0123")]
    [InlineData(
        "https://me:hunter2@registry.example:5000/app@sha256:0123",
        "https://***@registry.example:5000/app@sha256:0123"
    )]
    [InlineData("http://me:hun/ter2:3/4@proxy", "http://***@proxy")]
    [InlineData("https://hunter2@github.com/app@v1", "https://***@v1")]
    [InlineData("me:hunter2@https://proxy/", "***@https://proxy/")]
    public void ShowsNoPassword(string text, string expected) => Assert.Equal(expected, ForeignText.Clean(text));

    [Theory]
    [InlineData("User: arn:aws:sts::123456789012:assumed-role/Dev/me@example.com is not authorized")]
    [InlineData("manifest for https://registry.example/app@sha256:0123 not found")]
    [InlineData("ask admin@example.com")]
    [InlineData("registry.example:1@sha256:0123")]
    [InlineData("http://localhost:5000/v2/@")]
    [InlineData("https://registry.example//:1@sha256:0123")]
    [InlineData("set HTTPS_PROXY to http://USER:PASSWORD@proxy:3128")]
    public void KeepsOtherAtSigns(string text) => Assert.Equal(text, ForeignText.Clean(text));

    [Fact]
    public void IsCutAfterTwoHundredCharacters()
    {
        string clean = ForeignText.Clean(new string('x', 5000));
        Assert.Equal(ForeignText.MaximumLength, clean.Length);
        Assert.EndsWith("x…", clean, StringComparison.Ordinal);
    }

    [Fact]
    public void IsRedactedBeforeItIsCut() =>
        Assert.DoesNotContain(
            "hunter2",
            ForeignText.Clean($"{new string('x', 150)} http://me:hunter2{new string('y', 100)}@proxy"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("plain; hint: aws sso login", "plain; hint: aws sso login")]
    [InlineData("a\e[31mb\e]0;t\ac", "a[31mb]0;tc")]
    [InlineData("a\u009b31mb\u0090c", "a31mbc")]
    [InlineData("a\u202eb\u2066c\u200dd\u200be\ufefff", "abcdef")]
    [InlineData("a\u3164b\u034fc\ufe0fd", "abcd")]
    [InlineData("a\nOK  forged\r\nb\u2028c\u2029d\u0085e\tf\bg", "a OK  forged b c d e fg")]
    [InlineData("café 日本 😀 …", "café 日本 😀 …")]
    [InlineData("see http://me:hunter2@proxy:1; hint: x", "see http://***@proxy:1; hint: x")]
    public void OfALineOnlyPrintableCharactersPass(string text, string line) =>
        Assert.Equal(line, ForeignText.Line(text));

    [Fact]
    public void ALongLineKeepsItsHint()
    {
        string line = ForeignText.Line($"begin {new string('x', 1_000_000)}; hint: aws sso login");
        Assert.InRange(line.Length, 1000, ForeignText.LongestLine + 1);
        Assert.StartsWith("begin xxx", line, StringComparison.Ordinal);
        Assert.EndsWith("xxx; hint: aws sso login", line, StringComparison.Ordinal);
    }

    [Fact]
    public void ALongLineIsNotCutInTheMiddleOfACharacter()
    {
        string line = ForeignText.Line("x" + string.Concat(Enumerable.Repeat("😀", ForeignText.LongestLine)));
        Assert.DoesNotContain("\ufffd", ForeignText.Line(line), StringComparison.Ordinal);
    }

    [Fact]
    public void HalfACharacterIsReplaced() => Assert.Equal("a\ufffdb", ForeignText.Line("a\ud800b"));

    [Fact]
    public void LinesKeepTheirEndsAndTabs() => Assert.Equal("a\tb\nc\n", ForeignText.Lines("a\tb\e\nc\r\n"));

    [Fact]
    public void IsNotCutInTheMiddleOfACharacter() =>
        Assert.DoesNotContain(ForeignText.Clean(new string('x', 198) + "😀😀"), c => char.IsSurrogate(c));
}
