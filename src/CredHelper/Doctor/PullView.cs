using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>The configurations that some runners read alike, or that another client reads.</summary>
/// <param name="Runners">Those that read them; empty if no runner is known.</param>
internal sealed record PullView(IReadOnlyList<RunnerSummary> Runners, ClientConfigs Configs)
{
    /// <summary>What is pulled with them.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Whether others read something else, so that a finding has to name its runners.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>For messages; empty if there is nothing to tell apart.</summary>
    public string Title
    {
        get
        {
            if (!IsOneOfSeveral)
                return "";
            string names = string.Join(", ", Runners.Select(runner => runner.Title));
            return $"{(Runners.Count == 1 ? "runner" : "runners")} {names}";
        }
    }

    /// <summary>The beginning of a finding.</summary>
    public string Prefix => IsOneOfSeveral ? $"{Title}: " : "";

    /// <summary>Every image of the runners, in the order of config.toml.</summary>
    public static IReadOnlyList<string> ImagesOf(IEnumerable<RunnerSummary> runners) =>
        [
            .. runners
                .SelectMany(runner => (string?[])[runner.Image, runner.HelperImage, .. runner.Services])
                .OfType<string>()
                .Where(image => image.Length > 0 && !image.Contains('$', StringComparison.Ordinal))
                .Distinct(),
        ];
}

/// <summary>What an image would be pulled with by the runners of a view.</summary>
internal sealed record JudgedImage(PullView View, ImageResolution Resolution);
