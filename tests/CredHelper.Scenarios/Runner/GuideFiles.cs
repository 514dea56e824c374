using System.Text.RegularExpressions;

namespace CredHelper.Scenarios.Runner;

/// <summary>The documents for users: README.md and the guides in docs.</summary>
internal static partial class GuideFiles
{
    public static string Readme { get; } = Path.Combine(ScenarioFiles.RepositoryRoot, "README.md");

    public static IEnumerable<string> All() =>
        Directory
            .EnumerateFiles(Path.Combine(ScenarioFiles.RepositoryRoot, "docs"), "*.md")
            .Order(StringComparer.Ordinal)
            .Prepend(Readme);

    /// <summary>
    /// Calls of this program in the command blocks of the documents, without <c>sudo</c>.
    /// </summary>
    public static IEnumerable<string> Commands() =>
        All()
            .SelectMany(path => Blocks().Matches(File.ReadAllText(path)))
            .SelectMany(block => Calls().Matches(block.Groups["lines"].Value))
            .Select(call => call.Groups["call"].Value.Trim())
            .Distinct(StringComparer.Ordinal);

    /// <summary>The text of everything that runs commands of documents: scenarios and walks.</summary>
    public static string Tests()
    {
        string walks = Path.Combine(ScenarioFiles.RepositoryRoot, "scripts", "walks");
        return string.Join(
            '\n',
            ScenarioFiles
                .Names()
                .SelectMany(name => ScenarioFiles.Read(name).Lines)
                .Select(line => line.Argument)
                .Concat(Directory.EnumerateFiles(walks, "*.sh").Select(File.ReadAllText))
        );
    }

    [GeneratedRegex("^ *```(?:console|sh)\n(?<lines>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^ *(?:\$ )?(?:sudo )?(?<call>(?:\./)?docker-credential-ecr-login .*)$", RegexOptions.Multiline)]
    private static partial Regex Calls();
}
