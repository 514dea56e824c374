namespace CredHelper.Tests.Cli;

/// <summary>docs/reference/commands.md has the commands and options of the program.</summary>
public sealed class CommandsPageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "reference", "commands.md");

    /// <summary>Set by scripts/commands-page.sh, which writes the page instead of comparing it.</summary>
    private static bool IsWritten => Environment.GetEnvironmentVariable("CREDHELPER_WRITE_PAGE") == "1";

    [Fact]
    public void ThePageIsThatOfTheProgram()
    {
        string text = CommandsPage.Text();
        if (IsWritten)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Page)!);
            File.WriteAllText(Page, text);
        }
        Assert.True(
            File.ReadAllText(Page).ReplaceLineEndings("\n") == text,
            "docs/reference/commands.md is out of date; hint: run scripts/commands-page.sh"
        );
    }
}
