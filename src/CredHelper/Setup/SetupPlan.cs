using CredHelper.Errors;

namespace CredHelper.Setup;

/// <summary>How setup runs.</summary>
/// <param name="Command">The command that hints repeat.</param>
internal sealed record SetupMode(bool IsDryRun, bool IsSure, bool AsJson, GivenCommand Command)
{
    /// <summary>
    /// Whether setup only checks that the work can be done. Unlike a dry run, it fails whenever the real run would.
    /// </summary>
    public bool IsRehearsal { get; init; }
}

/// <summary>One planned part of a setup.</summary>
internal interface ISetupStep
{
    /// <summary>What would be removed or replaced, each as a sentence for the prompt.</summary>
    IEnumerable<string> Questions { get; }

    /// <exception cref="HelperException">It cannot be done, as far as that is known beforehand.</exception>
    void Check();

    /// <summary>Reports what would change.</summary>
    void Show();

    /// <summary>Makes the change and reports it.</summary>
    void Commit();

    /// <summary>Reverts what <see cref="Commit"/> has done so far, because it or a later step failed.</summary>
    /// <returns>What could not be reverted, each as a clause.</returns>
    IEnumerable<string> Revert();
}

/// <summary>
/// All steps of a setup. Every step is checked and agreed to before the first one is carried out, and either all are
/// carried out or none.
/// </summary>
internal sealed record SetupPlan(IReadOnlyList<ISetupStep> Steps)
{
    public IReadOnlyList<Obstacle> Obstacles { get; init; } = [];

    /// <summary>Whether problems that may go away later (<see cref="Obstacle.MayPass"/>) are refused, too.</summary>
    public bool IsChecked { get; init; } = true;

    /// <exception cref="HelperException">A step cannot be done, or consent is missing. Nothing was changed except what
    /// the message names.</exception>
    public void CarryOut(SetupMode mode, SetupReport report)
    {
        if (mode is { IsDryRun: true, IsRehearsal: false })
        {
            Show(mode.Command, report);
            return;
        }
        if (!mode.IsSure)
            RefuseObstacles(mode.Command, report);
        foreach (ISetupStep step in Steps)
            step.Check();
        Consent.Require([.. Steps.SelectMany(step => step.Questions)], mode);
        if (!mode.IsRehearsal)
            Commit();
    }

    /// <summary>Prints the whole plan, including the problems that the real run would refuse.</summary>
    private void Show(GivenCommand command, SetupReport report)
    {
        // Two steps may report the same missing program.
        IEnumerable<string> obstacles = Obstacles.Select(obstacle => obstacle.Warning(command)),
            refusals = Steps.Select(step => RefusalOf(step, command)).OfType<string>();
        foreach (string refusal in obstacles.Concat(refusals).Distinct())
            report.Warn(refusal);
        foreach (ISetupStep step in Steps)
            step.Show();
    }

    private void RefuseObstacles(GivenCommand command, SetupReport report)
    {
        List<Obstacle> refused = [.. Obstacles.Where(obstacle => IsChecked || !obstacle.MayPass)];
        if (refused.Count > 0)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{string.Join("; ", refused.Select(obstacle => obstacle.Problem))}; nothing was changed",
                $"{Obstacle.Remedy(refused, command)} (use --yes to write it anyway)"
            );
        }
        foreach (Obstacle obstacle in Obstacles)
            report.Warn(obstacle.Warning(command));
    }

    private static string? RefusalOf(ISetupStep step, GivenCommand command)
    {
        try
        {
            step.Check();
            return null;
        }
        catch (HelperException exception)
        {
            return command.Explain(exception).MessageAndHint;
        }
    }

    private void Commit()
    {
        var begun = new Stack<ISetupStep>();
        try
        {
            foreach (ISetupStep step in Steps)
            {
                begun.Push(step);
                step.Commit();
            }
        }
        catch (HelperException exception)
        {
            string[] left = [.. begun.SelectMany(step => step.Revert())];
            if (left.Length == 0)
                throw;
            throw new HelperException(
                exception.Kind,
                string.Join("; ", left.Prepend(exception.Message)),
                exception.Hint,
                exception
            );
        }
    }
}
