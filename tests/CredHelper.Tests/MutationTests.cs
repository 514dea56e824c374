namespace CredHelper.Tests;

/// <summary>
/// scripts/mutations.sh breaks each promise of docs/security.md once. Because it takes too long for every run, this
/// test only checks that each mutation matches the sources and names an existing test.
/// </summary>
public sealed class MutationTests
{
    public static TheoryData<string> All =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "scripts", "mutations"), "*.txt")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(All))]
    public void FitsTheSources(string name)
    {
        string text = Repository.Read("scripts", "mutations", $"{name}.txt");
        string[] parts = text.Split("\nreplace:\n");
        string[] replacement = parts[1].Split("\nwith:\n");
        string source = Repository.Read(FieldOf(parts[0], "file").Split('/'));

        Assert.Equal(2, source.Split(replacement[0]).Length);
        Assert.NotEqual(replacement[0], replacement[1].TrimEnd('\n'));
        Assert.NotEmpty(FieldOf(parts[0], "promise"));
        Assert.All(FieldOf(parts[0], "caught-by").Split(','), RequireTest);
    }

    private static string FieldOf(string head, string name) =>
        head.Split('\n').Single(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))[(name.Length + 2)..];

    private static void RequireTest(string test)
    {
        string[] words = test.Trim().Split(' ', 2);
        if (words[0] == "scenario")
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, "tests", "CredHelper.Scenarios", $"{words[1]}.txt")));
            return;
        }
        Assert.Equal("unit", words[0]);
        string[] names = words[1].Split('.');
        string type = names.Last(part => part.EndsWith("Tests", StringComparison.Ordinal));
        Type found = Assert.Single(typeof(MutationTests).Assembly.GetTypes(), candidate => candidate.Name == type);
        if (names[^1] != type)
            Assert.NotNull(found.GetMethod(names[^1]));
    }
}
