using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace CredHelper.Release.Tests;

public sealed partial class InstallPageTests
{
    private static readonly Dictionary<string, string> Values = new() { ["Version"] = "1.2.3" };

    [Fact]
    public void ANameInBracesBecomesItsValueAndAShellsVariableStays() =>
        Assert.Equal(
            "a-1.2.3 ${Version} $(b) {c} @{ d }",
            InstallPage.Fill("a-{Version} ${Version} $(b) {c} @{ d }", Values)
        );

    [Fact]
    public void TheCommandForWindowsIsWellFormed()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, InstallPage.Template));
        Parser.ParseInput(PowerShellCommand().Match(page).Groups[1].Value, out var tokens, out var errors);
        Assert.Empty(errors);
        Assert.Contains(tokens, token => token.Text == "Get-FileHash");
    }

    [Fact]
    public void AnUnknownNameIsRefused() =>
        Assert.Equal(
            "docs/install.md: {Verison} is not a value of a release",
            Assert.Throws<ReleaseException>(() => InstallPage.Fill("{Verison}", Values)).Message
        );

    [GeneratedRegex("```powershell\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PowerShellCommand();
}
