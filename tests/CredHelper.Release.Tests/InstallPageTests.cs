namespace CredHelper.Release.Tests;

public sealed class InstallPageTests
{
    private static readonly Dictionary<string, string> Values = new() { ["Version"] = "1.2.3" };

    [Fact]
    public void ANameInBracesBecomesItsValueAndAShellsVariableStays() =>
        Assert.Equal(
            "a-1.2.3 ${Version} $(b) {c} @{ d }",
            InstallPage.Fill("a-{Version} ${Version} $(b) {c} @{ d }", Values)
        );

    [Fact]
    public void AnUnknownNameIsRefused() =>
        Assert.Equal(
            "docs/INSTALL.md: {Verison} is not a value of a release",
            Assert.Throws<ReleaseException>(() => InstallPage.Fill("{Verison}", Values)).Message
        );
}
