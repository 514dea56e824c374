using System.Text.RegularExpressions;

namespace CredHelper.Release.Tests;

/// <summary>The pipelines build what a release consists of, no less and no more.</summary>
public sealed partial class PipelineTests
{
    [Theory]
    [InlineData(".gitlab-ci.yml")]
    [InlineData(".github/workflows/ci.yml")]
    public void EveryTargetHasItsMachine(string pipeline)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, pipeline));
        var built = Matrix()
            .Matches(text)
            .SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
            .Order();
        Assert.Equal(Target.All.Select(target => target.Name).Order(), built);
    }

    // `TARGET: name`, `TARGET: [name, name]`, `{ target: name, …`.
    [GeneratedRegex(@"\btarget: \[?([a-z0-9-]+(?:, [a-z0-9-]+)*)(?=[\],]|\s)", RegexOptions.IgnoreCase)]
    private static partial Regex Matrix();
}
