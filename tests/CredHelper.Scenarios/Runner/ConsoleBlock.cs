using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CredHelper.Scenarios.Runner;

/// <summary>
/// A <c>```console</c> block of a document: commands after <c>$</c>, each followed by its output. A line <c>…</c>
/// matches any lines, and a <c>…</c> within a line any text; a command without output below it may print anything.
/// </summary>
internal sealed class ConsoleBlock
{
    private readonly List<(string Command, List<string> Output)> _steps = [];

    private ConsoleBlock() { }

    /// <summary>The first command.</summary>
    public string Name => _steps[0].Command;

    public static IReadOnlyList<ConsoleBlock> OfReadme() => Of(GuideFiles.Readme);

    private static List<ConsoleBlock> Of(string path)
    {
        var blocks = new List<ConsoleBlock>();
        ConsoleBlock? open = null;
        foreach (string line in File.ReadLines(path))
        {
            if (open is null)
            {
                if (line == "```console")
                    blocks.Add(open = new ConsoleBlock());
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                open = null;
            }
            else if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                open._steps.Add((line[2..], []));
            }
            else
            {
                open._steps[^1].Output.Add(line);
            }
        }
        return blocks;
    }

    /// <summary>The first block of the README and the user guides that begins with the command.</summary>
    public static ConsoleBlock Find(string name) =>
        GuideFiles.All().SelectMany(Of).FirstOrDefault(block => block.Name == name)
        ?? throw new ScenarioFailedException("no console block of README.md or docs/*.md begins with this command");

    /// <summary>
    /// A script for sh that runs the commands in one shell, like a terminal, and writes <c>console.N.out</c> and
    /// <c>console.N.code</c> for each.
    /// </summary>
    public string ToScript()
    {
        var script = new StringBuilder();
        for (int i = 0; i < _steps.Count; i++)
            script.Append($"{{ {_steps[i].Command}\n}} > console.{i}.out 2>&1\necho $? > console.{i}.code\n");
        return script.ToString();
    }

    /// <summary>
    /// The difference from the document; null if the output matches and every command ended with that exit code.
    /// </summary>
    public string? Difference(string folder, int exitCode)
    {
        for (int i = 0; i < _steps.Count; i++)
        {
            string path = Path.Combine(folder, $"console.{i}.out");
            if (!File.Exists(path))
                return $"{_steps[i].Command}: was not run";
            string printed = File.ReadAllText(path).TrimEnd('\n'),
                code = File.ReadAllText(Path.Combine(folder, $"console.{i}.code")).Trim();
            bool says =
                _steps[i].Output.Count == 0
                || Regex.IsMatch(printed, Pattern(_steps[i].Output), RegexOptions.None, TimeSpan.FromSeconds(5));
            if (!says || code != exitCode.ToString(CultureInfo.InvariantCulture))
                return $"{_steps[i].Command}: exit code {code} and\n{printed}";
        }
        return null;
    }

    private static string Pattern(IEnumerable<string> output) =>
        $@"\A{string.Join("\n", output.Select(LinePattern))}\z";

    private static string LinePattern(string line) =>
        line == "…" ? "(?s:.*)" : Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal);
}
