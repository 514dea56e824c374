using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Tests.Output;

public sealed class TerminalStyleTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("TERM=xterm", true)]
    [InlineData("TERM=dumb", false)]
    [InlineData("TERM=dumb FORCE_COLOR=1", true)]
    [InlineData("TERM=xterm NO_COLOR=1", false)]
    [InlineData("TERM=xterm NO_COLOR=", true)]
    [InlineData("TERM=xterm NO_COLOR=1 FORCE_COLOR=1", false)]
    [InlineData("TERM=xterm FORCE_COLOR=0", false)]
    [InlineData("TERM=xterm CLICOLOR=0", false)]
    [InlineData("TERM=xterm CLICOLOR=0 CLICOLOR_FORCE=1", true)]
    public void ColoursATerminal(string variables, bool isColoured)
    {
        TerminalStyle style = Of(variables, isTerminal: true);
        Assert.True(style.HasLayout);
        Assert.Equal(isColoured, style.HasColour);
    }

    [Theory]
    [InlineData("TERM=xterm", false)]
    [InlineData("TERM=xterm GITLAB_CI=true CI=true", false)]
    [InlineData("FORCE_COLOR=1", true)]
    [InlineData("FORCE_COLOR=0", false)]
    [InlineData("FORCE_COLOR=false", false)]
    [InlineData("CLICOLOR_FORCE=1", true)]
    [InlineData("CLICOLOR_FORCE=0", false)]
    [InlineData("FORCE_COLOR=1 NO_COLOR=1", false)]
    public void LeavesAPipePlainUnlessForced(string variables, bool isForced)
    {
        TerminalStyle style = Of(variables, isTerminal: false);
        Assert.Equal((isForced, isForced), (style.HasLayout, style.HasColour));
        Assert.Null(style.Width);
        Assert.False(style.CanErase);
    }

    [Theory]
    [InlineData("", 120)]
    [InlineData("COLUMNS=100", 100)]
    [InlineData("COLUMNS=5", 30)]
    [InlineData("COLUMNS=0", 120)]
    [InlineData("COLUMNS=wide", 120)]
    public void TakesTheWidthOfColumnsOrOfTheTerminal(string variables, int width) =>
        Assert.Equal(width, Of(variables, isTerminal: true).Width);

    [Fact]
    public void IsAsWideAsOldTerminalsIfNobodyKnows() =>
        Assert.Equal(80, TerminalStyle.Of(Environment(""), isTerminal: true, () => null).Width);

    [Fact]
    public void WrapsAPipeIfColumnsSaysHow() => Assert.Equal(100, Of("FORCE_COLOR=1 COLUMNS=100", false).Width);

    [Theory]
    [InlineData("TERM=xterm", true, "lce120")]
    [InlineData("TERM=dumb", true, "l120")]
    [InlineData("FORCE_COLOR=1", false, "lc0")]
    [InlineData("", false, "0")]
    public void IsAnArgumentOfAChild(string variables, bool isTerminal, string argument) =>
        Assert.Equal(argument, Of(variables, isTerminal).ToArgument());

    private static TerminalStyle Of(string variables, bool isTerminal) =>
        TerminalStyle.Of(Environment(variables), isTerminal, () => 120);

    private static EnvironmentSnapshot Environment(string variables) =>
        new(
            variables
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(variable => variable.Split('=', 2))
                .Select(parts => KeyValuePair.Create(parts[0], parts[1]))
        );
}
