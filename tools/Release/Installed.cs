using System.Text;

namespace CredHelper.Release;

/// <summary>What a distribution's package puts where.</summary>
internal static class Installed
{
    public const string Name = "docker-credential-ecr-login";
    public const string ShortName = "ecr-login";
    public const string Summary = "Docker credential helper for Amazon ECR";

    /// <summary>The files and links, without directories, by path below the root.</summary>
    /// <param name="zsh">The directory where the distribution's zsh looks for completions.</param>
    public static List<Entry> Files(
        Built program,
        byte[] notices,
        IReadOnlyDictionary<string, byte[]> completions,
        string zsh
    )
    {
        var documents = $"usr/share/doc/{Name}";
        List<Entry> files =
        [
            new($"usr/bin/{Name}", program.Content, IsExecutable: true),
            new($"usr/bin/{ShortName}", LinkTo: Name),
            new("usr/bin/ecr-credential-provider", LinkTo: Name),
            new($"usr/share/man/man1/{Name}.1.gz", Archive.Gzip(File.ReadAllBytes($"docs/{Name}.1"))),
            new($"{documents}/changelog.gz", Archive.Gzip(File.ReadAllBytes("CHANGELOG.md"))),
            new($"{documents}/copyright", Copyright(notices)),
            .. Completions(completions, zsh),
        ];
        return [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    // bash and fish look for a file of the command's name, zsh reads the names in the file.
    internal static IEnumerable<Entry> Completions(IReadOnlyDictionary<string, byte[]> scripts, string zsh)
    {
        const string Bash = "usr/share/bash-completion/completions";
        const string Fish = "usr/share/fish/vendor_completions.d";
        return scripts.SelectMany(script =>
            script.Key switch
            {
                "bash" => (Entry[])[new($"{Bash}/{Name}", script.Value), new($"{Bash}/{ShortName}", LinkTo: Name)],
                "fish" =>
                [
                    new($"{Fish}/{Name}.fish", script.Value),
                    new($"{Fish}/{ShortName}.fish", LinkTo: $"{Name}.fish"),
                ],
                _ => [new($"{zsh}/_{Name}", script.Value)],
            }
        );
    }

    /// <summary>What a package runs after its removal: a warning about configurations that still name the program.
    /// </summary>
    public static string AfterRemoval() => File.ReadAllText("tools/Release/Packages/removed.sh");

    public static IEnumerable<string> Directories(IEnumerable<Entry> files) =>
        files.SelectMany(file => Above(file.Name)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The scripts of a program that runs here; they are the same on every system.</summary>
    public static Dictionary<string, byte[]> Completions(Built program)
    {
        string[] shells = ["bash", "fish", "zsh"];
        return shells.ToDictionary(
            shell => shell,
            shell => Encoding.UTF8.GetBytes(Tool.Read(program.Path, "completion", shell) + "\n")
        );
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end > 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }

    private static byte[] Copyright(byte[] notices) =>
        [.. Encoding.UTF8.GetBytes($"{Name} is licensed under the Apache License, version 2.0.\n\n"), .. notices];
}
