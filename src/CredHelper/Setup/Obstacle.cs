using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// A problem that would make pulls fail after setup. Setup refuses to continue unless <c>--yes</c> is given.
/// </summary>
internal sealed record Obstacle(string Problem)
{
    /// <summary>
    /// Whether the problem may go away later: a program or profile that does not exist yet. With <c>--no-check</c> it
    /// is only a warning.
    /// </summary>
    public bool MayPass { get; init; }

    /// <summary>What the user has to edit; null if commands are enough.</summary>
    public string? Advice { get; init; }

    /// <summary>A command to run before setup, or null.</summary>
    public string? Preparation { get; init; }

    /// <summary>How to correct the given command; null if it can stay as it is.</summary>
    public Func<GivenCommand, GivenCommand>? Correction { get; init; }

    /// <summary>A program, or its directory, that a client does not find on its PATH.</summary>
    public static Obstacle NotOnPath(string what, EnvironmentSnapshot environment) =>
        new($"{what} is not on the PATH ({environment["PATH"] ?? "which is empty"})");

    /// <summary>The problem and its fix on one line.</summary>
    public string Warning(GivenCommand command) => $"{Problem}; hint: {Remedy([this], command)}";

    /// <summary>One hint for all obstacles: the edits, then the commands as a shell runs them.</summary>
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
