using System.Text.RegularExpressions;

namespace CredHelper.Tests.Architecture;

/// <summary>The arrows between folders that docs/dev/architecture.md draws in its first mermaid block.</summary>
internal sealed partial class ArchitectureDrawing
{
    private readonly Dictionary<string, HashSet<string>> _reachable;

    private ArchitectureDrawing(IReadOnlyList<(string From, string To)> arrows)
    {
        Arrows = arrows;
        _reachable = arrows
            .SelectMany(arrow => (string[])[arrow.From, arrow.To])
            .Distinct()
            .ToDictionary(folder => folder, folder => ReachableFrom(folder, arrows));
    }

    /// <summary>Each drawn arrow, folders named as in <see cref="TypeReferences.FolderOf"/>.</summary>
    public IReadOnlyList<(string From, string To)> Arrows { get; }

    public bool Knows(string folder) => _reachable.ContainsKey(folder);

    /// <summary>Whether arrows lead from one folder to the other.</summary>
    public bool Allows(string from, string to) =>
        _reachable.TryGetValue(from, out HashSet<string>? known) && known.Contains(to);

    public static ArchitectureDrawing Read()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dev", "architecture.md"));
        string drawing = page.Split("```mermaid", 2)[1].Split("```", 2)[0];
        Dictionary<string, string> labels = Node()
            .Matches(drawing)
            .DistinctBy(node => node.Groups["id"].Value)
            .ToDictionary(node => node.Groups["id"].Value, node => node.Groups["label"].Value);
        return new ArchitectureDrawing([
            .. Arrow()
                .Matches(drawing)
                .Select(arrow => (labels[arrow.Groups["from"].Value], labels[arrow.Groups["to"].Value])),
        ]);
    }

    private static HashSet<string> ReachableFrom(string folder, IReadOnlyList<(string From, string To)> arrows)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([folder]);
        while (open.TryDequeue(out string? current))
        {
            foreach ((string from, string to) in arrows)
            {
                if (from == current && found.Add(to))
                    open.Enqueue(to);
            }
        }
        return found;
    }

    [GeneratedRegex("""(?<id>\w+)\["(?<label>[^"]+)"\]""")]
    private static partial Regex Node();

    [GeneratedRegex("""(?<from>\w+)(\["[^"]+"\])? --> (?<to>\w+)""")]
    private static partial Regex Arrow();
}
