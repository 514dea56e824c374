using CredHelper.Errors;

namespace CredHelper.Setup;

/// <summary>How a setup was asked to go about its work.</summary>
/// <param name="Command">For remedies.</param>
internal sealed record SetupMode(bool IsDryRun, bool IsSure, bool AsJson, GivenCommand Command)
{
    /// <summary>
    /// Whether it only has to be found out if it could be done: a dry run that fails where the real one would.
    /// </summary>
    public bool IsRehearsal { get; init; }
}

/// <summary>One of the things a setup does, worked out and not yet done.</summary>
internal interface ISetupStep
{
    /// <summary>What of a person's would go or be replaced, each as a sentence.</summary>
    IEnumerable<string> Questions { get; }

    /// <exception cref="HelperException">It cannot be done, as far as that can be known beforehand.</exception>
    void Check();

    /// <summary>Reports what would become of it.</summary>
    void Show();

    /// <summary>Does it, and reports that.</summary>
    void Commit();

    /// <summary>Takes back what <see cref="Commit"/> has done so far, because it or a later step failed.</summary>
    /// <returns>What could not be taken back, each as a clause.</returns>
    IEnumerable<string> Revert();
}

/// <summary>
/// All steps of a setup: each is checked and agreed to before the first is done, and all are done or none.
/// </summary>
internal sealed record SetupPlan(IReadOnlyList<ISetupStep> Steps)
{
    public IReadOnlyList<Obstacle> Obstacles { get; init; } = [];

    /// <summary>Whether obstacles that may pass (<see cref="Obstacle.MayPass"/>) are refused, too.</summary>
    public bool IsChecked { get; init; } = true;

    /// <exception cref="HelperException">A step cannot be done, or consent is missing; nothing was changed but what the
    /// message names.</exception>
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

    /// <summary>A dry run shows the whole of it, with what would keep it from being done.</summary>
    private void Show(GivenCommand command, SetupReport report)
    {
        // Two steps may lack the same thing.
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
