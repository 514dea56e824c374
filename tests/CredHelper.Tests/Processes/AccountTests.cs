using CredHelper.Processes;

namespace CredHelper.Tests.Processes;

public sealed class AccountTests
{
    private const uint Unknown = 3_999_999_999;

    [Fact]
    public void OfAnUnknownUserHasThatUidAndNoGroupOfAnybody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no user database");
        Account account = Account.OfUid(Unknown, "/home/gone");
        Assert.Equal(
            (Unknown, "#3999999999", "/home/gone", false),
            (account.Uid, account.Name, account.Home, account.IsKnown)
        );
        Assert.Equal([65534u], account.Groups());
        Assert.Equal("/home/gone", account.CleanEnvironment().Home);
        Assert.Null(account.CleanEnvironment()["USER"]);
    }

    [Fact]
    public void OfRootIsRoot()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no user database");
        Assert.Equal("root", Account.OfUid(0).Name);
    }

    [Theory]
    [InlineData(true, "sudo setpriv --reuid=3999999999 --regid=65534 --clear-groups env HOME=/h true")]
    [InlineData(false, "setpriv --reuid=3999999999 --regid=65534 --clear-groups env HOME=/h true")]
    public void OfAnUnknownUserIsACommandByNumber(bool needsSudo, string command) =>
        Assert.Equal(command, UserCommand.As(Account.OfUid(Unknown), reader: 0, needsSudo, ["HOME=/h"], "true"));
}
