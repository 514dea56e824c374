using System.Text;
using System.Text.RegularExpressions;

namespace CredHelper.Cli;

/// <summary>
/// The texts that <c>setup gitlab-ci</c> prints: the files of docs/gitlab, embedded by the project file.
/// </summary>
internal static partial class PipelineTemplates
{
    private const string Prefix = "pipeline/",
        Ending = ".yml",
        PolicyPrefix = "iam/",
        PolicyEnding = "-policy.json";

    public static IReadOnlyList<string> Names { get; } = NamesOf(Prefix, Ending);

    /// <summary>The names of the IAM policies: <c>pull</c>, <c>push</c>, <c>trust</c>.</summary>
    public static IReadOnlyList<string> Policies { get; } = NamesOf(PolicyPrefix, PolicyEnding);

    /// <summary>The line that <c>--list</c> prints for a template.</summary>
    public static string SummaryOf(string name) => Read(Prefix + name + Ending).Split('\n')[0].TrimStart('#', ' ');

    /// <param name="job">The name of the job, or null for that of the template.</param>
    /// <param name="stage">The stage of the job, or null for that of the template.</param>
    public static string Of(string name, string? job, string? stage)
    {
        string text = Read(Prefix + name + Ending);
        if (job is not null)
            text = JobLine().Replace(text, _ => $"{job}:", 1);
        return stage is null ? text : StageLine().Replace(text, _ => $"  stage: {stage}", 1);
    }

    public static string PolicyOf(string purpose) => Read(PolicyPrefix + purpose + PolicyEnding);

    private static IReadOnlyList<string> NamesOf(string prefix, string ending) =>
        [
            .. typeof(PipelineTemplates)
                .Assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name => name[prefix.Length..^ending.Length])
                .Order(StringComparer.Ordinal),
        ];

    private static string Read(string resource)
    {
        using Stream stream = typeof(PipelineTemplates).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("^[a-z][a-z0-9-]*:$", RegexOptions.Multiline)]
    private static partial Regex JobLine();

    [GeneratedRegex("^  stage: .*$", RegexOptions.Multiline)]
    private static partial Regex StageLine();
}
