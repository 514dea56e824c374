using CredHelper.Output;

namespace CredHelper.Tests.Output;

public sealed class TextLayoutTests
{
    private static readonly TerminalStyle Narrow = new() { HasLayout = true, Width = 30 };

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("one two three", 13, "one two three")]
    [InlineData("", 5, "")]
    [InlineData("abcdefghij", 4, "abcd|efgh|ij")]
    [InlineData("/usr/local/bin:/usr/bin", 16, "/usr/local/bin:/|usr/bin")]
    [InlineData("日本語 日本語", 6, "日本語|日本語")]
    [InlineData("日本語", 5, "日本|語")]
    [InlineData("👍👍👍", 4, "👍👍|👍")]
    public void WrapsAtBlanksAndCutsLongWords(string text, int width, string lines) =>
        Assert.Equal(lines.Split('|'), TextLayout.Wrap(text, width, width));

    [Fact]
    public void KeepsAWordWholeThatFitsOnTheNextLine() =>
        Assert.Equal(["", "abcdefgh", "ij"], TextLayout.Wrap("abcdefgh ij", 4, 8));

    [Fact]
    public void HangsFurtherLinesBelowTheText()
    {
        var layout = new TextLayout(Narrow);
        layout.Add([new Styled("FAIL", Colour.Red), Styled.Blanks(2)], "the profile build is not in the file", 6);
        Assert.Equal("FAIL  the profile build is not\n      in the file\n", layout.ToString());
    }

    [Fact]
    public void NeverCutsACommand()
    {
        var layout = new TextLayout(Narrow);
        string command = string.Join(' ', Enumerable.Repeat("sudo", 20));
        layout.AddWhole([Styled.Blanks(6), new Styled("-> ", Colour.Cyan)], command);
        Assert.Equal($"      -> {command}\n", layout.ToString());
    }

    [Fact]
    public void PutsAHintOnALineOfItsOwn()
    {
        var layout = new TextLayout(Narrow);
        layout.AddMessage([new Styled("warning: ")], "no region; hint: aws configure set region eu-west-1", 2);
        Assert.Equal("warning: no region\n  hint: aws configure set region eu-west-1\n", layout.ToString());
    }

    [Fact]
    public void ColoursWordsAndNotBlanks()
    {
        var layout = new TextLayout(new TerminalStyle { HasLayout = true, HasColour = true });
        layout.Add([new Styled("OK", Colour.Green), Styled.Blanks(2)], "fine", 4, Colour.Bold);
        Assert.Equal("\e[32mOK\e[0m  \e[1mfine\e[0m\n", layout.ToString());
    }

    [Fact]
    public void TakesOutWhatATerminalObeys()
    {
        var layout = new TextLayout(Narrow);
        layout.Add([new Styled("a\e[31m")], "b\r\a\u202Ec", 0);
        layout.AddVerbatim("d\te\e]0;x\a");
        Assert.Equal("a[31mbc\nd\te]0;x\n", layout.ToString());
    }

    [Fact]
    public void DoesNotWrapForAPipe()
    {
        var layout = new TextLayout(TerminalStyle.Plain);
        string text = string.Join(' ', Enumerable.Repeat("word", 100));
        layout.Add([new Styled("OK", Colour.Green), Styled.Blanks(2)], text, 4);
        layout.AddMessage([], "no region; hint: x", 2);
        layout.Add([new Styled("a\e[31m")], "b\r\nc", 4);
        Assert.Equal($"OK  {text}\nno region; hint: x\na[31mb c\n", layout.ToString());
    }
}
