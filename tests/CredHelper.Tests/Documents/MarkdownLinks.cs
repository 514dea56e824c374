using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CredHelper.Tests.Documents;

/// <summary>The links of a Markdown file to other files and to headings, and those of them that lead nowhere.</summary>
internal static class MarkdownLinks
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    /// <returns>A line for each broken link: the file, the line, the link and what is missing.</returns>
    public static IEnumerable<string> Broken(string file)
    {
        foreach (LinkInline link in Parse(file).Descendants<LinkInline>())
        {
            if (Problem(file, link.Url ?? "") is { } problem)
                yield return $"{file}:{link.Line + 1}: {link.Url}: {problem}";
        }
    }

    private static string? Problem(string file, string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out Uri? absolute) && !absolute.IsFile)
            return null;
        string[] parts = Uri.UnescapeDataString(url).Split('#', 2);
        // A file is opened from a checkout, an archive or a web page, so a link from the root would depend on which.
        if (parts[0].StartsWith('/'))
            return "not a relative link";
        string target = parts[0].Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file)!, parts[0]);
        if (!Path.Exists(target))
            return "no such file";
        return parts.Length == 1 || Anchors(target).Contains(parts[1]) ? null : "no such heading";
    }

    private static HashSet<string> Anchors(string file) =>
        File.Exists(file) && file.EndsWith(".md", StringComparison.Ordinal)
            ?
            [
                .. Parse(file)
                    .Descendants<HeadingBlock>()
                    .Select(heading => heading.GetAttributes().Id)
                    .OfType<string>(),
            ]
            : [];

    private static MarkdownDocument Parse(string file) => Markdown.Parse(File.ReadAllText(file), Pipeline);
}
