using CredHelper.Errors;

namespace CredHelper.Setup;

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
    void Do();
}

/// <summary>All steps of a setup: every one is checked and agreed to before the first is done.</summary>
internal static class SetupSteps
{
    /// <exception cref="HelperException">One cannot be done, or consent is missing; nothing was changed.</exception>
    public static void CarryOut(IReadOnlyList<ISetupStep> steps, SetupMode mode, SetupReport report)
    {
        if (mode is { IsDryRun: true, IsRehearsal: false })
        {
            foreach (ISetupStep step in steps)
                Show(step, report);
            return;
        }
        foreach (ISetupStep step in steps)
            step.Check();
        Consent.Require([.. steps.SelectMany(step => step.Questions)], mode);
        if (mode.IsRehearsal)
            return;
        foreach (ISetupStep step in steps)
            step.Do();
    }

    /// <summary>A dry run shows the whole of it, with what would keep it from being done.</summary>
    private static void Show(ISetupStep step, SetupReport report)
    {
        try
        {
            step.Check();
        }
        catch (HelperException exception)
        {
            report.Warn(exception.Message + (exception.Hint is { } hint ? $"; hint: {hint}" : ""));
        }
        step.Show();
    }
}
