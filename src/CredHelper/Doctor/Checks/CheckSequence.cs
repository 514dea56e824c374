using CredHelper.Errors;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Runs the checks in the order in which one thing rests on another, so that the first FAIL names the mistake.
/// </summary>
internal static class CheckSequence
{
    private static readonly ICheck[] Checks =
    [
        new ManagerCheck(),
        new RunnerConfigCheck(),
        new HomeCheck(),
        new HelperOnPathCheck(),
        new ConfigFileCheck(),
        new HelperNamesCheck(),
        new StoredCredentialsCheck(),
        new SettingsCheck(),
        new EnvironmentLoginsCheck(),
        new RouteCheck(),
        new StoreRegionCheck(),
        new IdentityCheck(),
        new EndpointCheck(),
        new TokenCheck(),
        new ResolutionCheck(),
        new JobTokenCheck(),
        new RegistryCheck(),
        new DaemonCheck(),
        new CacheCheck(),
    ];

    public static void Run(CheckContext context, DoctorReport report)
    {
        foreach (ICheck check in Checks)
        {
            report.ShowProgress(check.Progress);
            try
            {
                foreach (Finding finding in check.Run(context))
                    report.Add(finding);
            }
            // A fault in one check must not hide what the others find.
            catch (Exception exception)
            {
                HelperException failure =
                    exception as HelperException
                    ?? HelperException.OfFault(exception, "AWS_ECR_LOG=debug shows what was done before");
                report.Add(Finding.Fail("ECR000", check.GetType().Name, failure));
            }
        }
        report.ShowProgress(null);
    }
}
