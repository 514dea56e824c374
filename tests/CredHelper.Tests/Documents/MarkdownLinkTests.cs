namespace CredHelper.Tests.Documents;

/// <summary>The relative links of all Markdown files lead to files and headings that exist.</summary>
public sealed class MarkdownLinkTests
{
    /// <summary>Folders without documents of the project.</summary>
    private static readonly string[] Skipped = [".git", "artifacts", "bin", "dist", "node_modules", "obj"];

    [Fact]
    public void LeadSomewhere()
    {
        string[] files = [.. Documents(Repository.Root)];

        Assert.True(files.Length > 30, "few Markdown files are found");
        Assert.Equal([], files.SelectMany(MarkdownLinks.Broken));
    }

    [Theory]
    [InlineData("[a](other.md)")]
    [InlineData("[a](other.md#second-part)")]
    [InlineData("[a](#title-with-code)")]
    [InlineData("| a |\n|---|\n| [a](folder) |")]
    [InlineData("![a](other.md) and <https://example.com>, [a](https://example.com/none.md#none)")]
    [InlineData("`[a](none.md)`\n\n```\n[a](none.md)\n```")]
    public void AreFineIn(string text) => Assert.Equal([], BrokenIn(text));

    [Theory]
    [InlineData("[a](none.md)", "no such file")]
    [InlineData("![a](images/none.svg)", "no such file")]
    [InlineData("[a][b]\n\n[b]: none.md", "no such file")]
    [InlineData("| a |\n|---|\n| [a](none.md) |", "no such file")]
    [InlineData("[a](#none)", "no such heading")]
    [InlineData("[a](other.md#third-part)", "no such heading")]
    [InlineData("[a](/other.md)", "not a relative link")]
    public void AreBrokenIn(string text, string problem)
    {
        string found = Assert.Single(BrokenIn(text));

        Assert.EndsWith(problem, found, StringComparison.Ordinal);
    }

    private static string[] BrokenIn(string text)
    {
        string folder = Directory.CreateTempSubdirectory("links-").FullName;
        try
        {
            string file = Path.Combine(folder, "page.md");
            File.WriteAllText(file, $"# Title with `code`\n\n{text}\n");
            File.WriteAllText(Path.Combine(folder, "other.md"), "# Other\n\n## Second part\n");
            Directory.CreateDirectory(Path.Combine(folder, "folder"));
            return [.. MarkdownLinks.Broken(file)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Documents(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.md")
            .Concat(
                Directory
                    .EnumerateDirectories(folder)
                    .Where(below => !Skipped.Contains(Path.GetFileName(below)))
                    .SelectMany(Documents)
            );
}
