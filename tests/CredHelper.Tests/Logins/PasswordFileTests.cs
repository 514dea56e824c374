using CredHelper.Errors;
using CredHelper.Logins;

namespace CredHelper.Tests.Logins;

/// <summary>A mounted secret with the password of a registry.</summary>
public sealed class PasswordFileTests : IDisposable
{
    private readonly Home _home = new();

    public PasswordFileTests() => Programs.RequireLinux();

    public void Dispose() => _home.Dispose();

    private string Write(string content, UnixFileMode mode)
    {
        string path = _home.Write("secret", content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
        return path;
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    public void IsReadWithoutItsLineBreak(UnixFileMode mode) =>
        Assert.Equal("p:ä b", PasswordFile.Read(Write("p:ä b\r\n", mode), "[r]"));

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite)]
    public void ThatIsOpenToOthersIsRefused(UnixFileMode mode)
    {
        string path = Write("s3cret", mode);
        HelperException failure = Assert.Throws<HelperException>(() => PasswordFile.Read(path, "[r] (/config:1)"));
        Assert.Equal($"password_file {path} of [r] (/config:1) is open to other users", failure.Message);
        Assert.StartsWith($"chmod 600 {path}", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n", "is empty")]
    [InlineData("s3cret\nmore\n", "has more than one line")]
    public void ThatHoldsNoPasswordIsRefused(string content, string problem)
    {
        string path = Write(content, UnixFileMode.UserRead);
        HelperException failure = Assert.Throws<HelperException>(() => PasswordFile.Read(path, "[r]"));
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.MessageAndHint, StringComparison.Ordinal);
    }

    [Fact]
    public void ThatIsMissingIsNamed() =>
        Assert.Contains(
            "/nowhere of [r] does not exist",
            Assert.Throws<HelperException>(() => PasswordFile.Read("/nowhere", "[r]")).Message,
            StringComparison.Ordinal
        );
}
