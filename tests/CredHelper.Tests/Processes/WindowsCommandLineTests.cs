using CredHelper.Processes;

namespace CredHelper.Tests.Processes;

/// <summary>The words of a command line, by the rules of the Microsoft C runtime.</summary>
public sealed class WindowsCommandLineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a b\tc", "a|b|c")]
    [InlineData("\"a b\" c", "a b|c")]
    [InlineData("\"\" c", "|c")]
    [InlineData(@"C:\tools\x.exe --path D:\", @"C:\tools\x.exe|--path|D:\")]
    [InlineData(@"""C:\My Tools\\"" x", @"C:\My Tools\|x")]
    [InlineData(@"say \""hi\""", @"say|""hi""")]
    [InlineData(@"a\\\""b", @"a\""b")]
    [InlineData(@"a\\b", @"a\\b")]
    [InlineData("100% a&b", "100%|a&b")]
    [InlineData("\"open", "")]
    public void AreSplit(string command, string words) =>
        Assert.Equal(words.Length == 0 ? [] : words.Split('|'), WindowsCommandLine.Split(command));
}
