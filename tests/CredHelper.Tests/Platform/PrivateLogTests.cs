using System.Runtime.Versioning;
using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

[SupportedOSPlatform("linux")]
public sealed class PrivateLogTests : IDisposable
{
    private const string Stranger = "30414";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Home _home = new();

    public PrivateLogTests() => Programs.RequireLinux();

    private string Log => Path.Combine(_home.Root, "log");

    [Fact]
    public void AppendsToAFileThatOnlyItsOwnerCanRead()
    {
        Append();
        Append();
        Assert.Equal("line\nline\n", File.ReadAllText(Log));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Log));
    }

    [Fact]
    public void ALooseModeIsTightened()
    {
        _home.Write("log", "");
        File.SetUnixFileMode(Log, OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.GroupWrite);
        Append();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Log));
    }

    [Fact]
    public void ALinkIsNotFollowed()
    {
        string victim = _home.Write("victim", "precious");
        File.CreateSymbolicLink(Log, victim);
        Append();
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [Fact]
    public void AFileWithAnotherNameElsewhereStaysAsItIs()
    {
        string victim = _home.Write("victim", "precious");
        File.SetUnixFileMode(victim, OwnerOnly | UnixFileMode.OtherRead);
        Programs.Run("ln", victim, Log);
        Append();
        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.NotEqual(OwnerOnly, File.GetUnixFileMode(victim));
    }

    [Fact]
    public void AFileOfAnotherUserIsNotWritten()
    {
        Programs.RequireRoot();
        _home.Write("log", "");
        Programs.Run("chown", Stranger, Log);
        Append();
        Assert.Equal("", File.ReadAllText(Log));
    }

    [Fact]
    public void NothingIsWrittenInADirectoryOfAnotherUser()
    {
        Programs.RequireRoot();
        Programs.Run("chown", Stranger, _home.Root);
        Assert.Throws<UntrustedPathException>(Append);
        Assert.False(File.Exists(Log));
    }

    public void Dispose() => _home.Dispose();

    private void Append() => PrivateLog.Append(Log, longest: 100, "line\n"u8.ToArray());
}
