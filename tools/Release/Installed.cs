using System.Text;

namespace CredHelper.Release;

/// <summary>The files of a distribution's package and their places.</summary>
internal static class Installed
{
    public const string Name = "docker-credential-ecr-login";
    public const string ShortName = "ecr-login";
    public const string Summary = "Docker credential helper for Amazon ECR";

    /// <summary>The files and links, without directories, by their path below the root.</summary>
    /// <param name="zsh">The directory of completions for the distribution's zsh.</param>
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

    // bash and fish look for a file with the name of the command; zsh reads the names in the file.
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

    /// <summary>
    /// The script that runs after a removal: it warns about configurations that still name the program.
    /// </summary>
    public static string AfterRemoval() => File.ReadAllText("tools/Release/Packages/removed.sh");

    public static IEnumerable<string> Directories(IEnumerable<Entry> files) =>
        files.SelectMany(file => Above(file.Name)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>
    /// The completion scripts, from a program that runs on this machine; they are the same on every system.
    /// </summary>
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
