using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>The configurations that a group of runners share, or that another client reads.</summary>
/// <param name="Runners">The runners of the group; empty if none is known.</param>
internal sealed record PullView(IReadOnlyList<RunnerSummary> Runners, ClientConfigs Configs)
{
    /// <summary>The images that are pulled with them.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Whether there are other views, so that a finding has to name the runners.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>The runners, for messages; empty if there is only one view.</summary>
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

    /// <summary>The prefix of findings about this view.</summary>
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

/// <summary>The credentials that the runners of a view would use to pull an image.</summary>
internal sealed record JudgedImage(PullView View, ImageResolution Resolution);
