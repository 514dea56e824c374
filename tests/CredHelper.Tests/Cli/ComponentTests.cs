using System.Text.RegularExpressions;

namespace CredHelper.Tests.Cli;

/// <summary>
/// The CI/CD components of templates: with the defaults of their inputs each is the job of docs/gitlab.
/// </summary>
public sealed partial class ComponentTests
{
    public static TheoryData<string> Ways() =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "docs", "gitlab"), "*.yml")
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void AreTheJobsOfTheDocumentation(string way)
    {
        string job = Repository.Read("docs", "gitlab", $"{way}.yml");
        string[] parts = Repository.Read("templates", way, "template.yml").Split("spec:\n", 2);
        (string comments, string spec, string body) = (
            parts[0],
            parts[1].Split("---\n", 2)[0],
            parts[1].Split("---\n", 2)[1]
        );
        Dictionary<string, string> defaults = Input()
            .Matches(spec)
            .ToDictionary(input => input.Groups["name"].Value, input => input.Groups["value"].Value);
        string expanded = Interpolation().Replace(body, match => defaults[match.Groups["name"].Value]);
        Assert.Equal(job, comments + QuotedKey().Replace(expanded, "${name}:", 1));
        Assert.All(defaults.Keys, name => Assert.Contains($"$[[ inputs.{name} ]]", body, StringComparison.Ordinal));
    }

    [Fact]
    public void AreNoOthers() =>
        Assert.Equal(
            Ways().Select(way => way.Data).Order(StringComparer.Ordinal),
            Directory
                .EnumerateDirectories(Path.Combine(Repository.Root, "templates"))
                .Select(directory => Path.GetFileName(directory))
                .Order(StringComparer.Ordinal)
        );

    [GeneratedRegex(
        "^    (?<name>[a-z_]+):\n      description: .+\n      default: \"?(?<value>[^\"\n]+)\"?\n",
        RegexOptions.Multiline
    )]
    private static partial Regex Input();

    [GeneratedRegex(@"\$\[\[ inputs\.(?<name>[a-z_]+) \]\]")]
    private static partial Regex Interpolation();

    [GeneratedRegex("^\"(?<name>[^\"]+)\":", RegexOptions.Multiline)]
    private static partial Regex QuotedKey();
}
