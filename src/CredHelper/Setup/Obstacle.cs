using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>Something that would make pulls fail after a setup; it is refused unless <c>--yes</c> insists.</summary>
internal sealed record Obstacle(string Problem)
{
    /// <summary>
    /// Whether it may be gone later: a program or profile that is not there yet. With <c>--no-check</c> it is a warning
    /// and no refusal.
    /// </summary>
    public bool MayPass { get; init; }

    /// <summary>What a person has to edit; null if commands do all of it.</summary>
    public string? Advice { get; init; }

    /// <summary>A command to run before setup; null if none is needed.</summary>
    public string? Preparation { get; init; }

    /// <summary>How to change the command that was given; null if it can stay as it is.</summary>
    public Func<GivenCommand, GivenCommand>? Correction { get; init; }

    /// <summary>A program, or the directory of one, that a client does not find.</summary>
    public static Obstacle NotOnPath(string what, EnvironmentSnapshot environment) =>
        new($"{what} is not on the PATH ({environment["PATH"] ?? "which is empty"})");

    /// <summary>The problem and its remedy on one line.</summary>
    public string Warning(GivenCommand command) => $"{Problem}; hint: {Remedy([this], command)}";

    /// <summary>One remedy for all of them: the edits, then commands that a shell runs as they are.</summary>
    public static string Remedy(IReadOnlyList<Obstacle> obstacles, GivenCommand command)
    {
        string[] preparations = [.. obstacles.Select(obstacle => obstacle.Preparation).OfType<string>().Distinct()];
        Func<GivenCommand, GivenCommand>[] corrections =
        [
            .. obstacles.Select(obstacle => obstacle.Correction).OfType<Func<GivenCommand, GivenCommand>>(),
        ];
        IEnumerable<string> steps = obstacles.Select(obstacle => obstacle.Advice).OfType<string>();
        if (preparations.Length + corrections.Length > 0)
        {
            GivenCommand corrected = corrections.Aggregate(command, (given, correct) => correct(given));
            steps = steps.Append(string.Join(" && ", [.. preparations, corrected.ToString()]));
        }
        return string.Join("; then: ", steps);
    }
}
