using CredHelper.PullResolution;

namespace CredHelper.Tests.PullResolution;

public sealed class HelperProgramTests
{
    [Theory]
    [InlineData("ecr-login", true)]
    [InlineData("ecr-login.exe", true)]
    [InlineData("docker-credential-ecr-login", true)]
    [InlineData("docker-credential-ecr-login.exe", true)]
    [InlineData("desktop.exe", false)]
    [InlineData("docker-credential-", false)]
    [InlineData("", false)]
    public void AFileNameOfThisProgramIsRecognised(string helper, bool isOurs) =>
        Assert.Equal(isOurs, HelperProgram.IsOurs(helper));

    [Theory]
    [InlineData("docker-credential-pass", "pass")]
    [InlineData("desktop.exe", "desktop")]
    [InlineData("pass", null)]
    [InlineData(".exe", null)]
    public void AWholeFileNameStandsForTheNameInIt(string helper, string? meant) =>
        Assert.Equal(meant, HelperProgram.ShortNameOf(helper));
}
