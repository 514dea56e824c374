namespace CredHelper.Scenarios.Runner;

/// <summary>The scenarios of the source tree: every topic/name.txt next to this project.</summary>
internal static class ScenarioFiles
{
    public static string RepositoryRoot { get; } = FindRoot();

    private static string Folder => Path.Combine(RepositoryRoot, "tests", "CredHelper.Scenarios");

    public static IEnumerable<string> Names() =>
        Directory
            .EnumerateDirectories(Folder)
            .Where(topic => Path.GetFileName(topic) is not ("bin" or "obj" or "Runner"))
            .SelectMany(topic => Directory.EnumerateFiles(topic, "*.txt"))
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(Folder, file), null))
            .Order(StringComparer.Ordinal);

    public static Scenario Read(string name) =>
        Scenario.Parse(name, File.ReadAllText(Path.Combine(Folder, name + ".txt")));

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "CredHelper.sln")))
                return folder;
        }

        throw new ScenarioFailedException(
            "the scenarios must run from inside the source tree (no CredHelper.sln above the test assembly)"
        );
    }
}
