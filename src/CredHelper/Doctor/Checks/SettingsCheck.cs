namespace CredHelper.Doctor.Checks;

/// <summary>Our own settings and the registry map: whether they make sense.</summary>
internal sealed class SettingsCheck : ICheck
{
    public IEnumerable<Finding> Run(DoctorRun run)
    {
        HelperException? failure = null;
        try
        {
            run.Invocation = Invocation.Start(run.Environment);
        }
        catch (HelperException exception)
        {
            failure = exception;
        }
        if (failure is not null)
            yield return Finding.Fail("ECR401", "settings", failure);
        if (run.Invocation is not { } invocation)
            yield break;
        (string Setting, string Words)[] meaningless = [.. HelperSettings.Meaningless(invocation.Environment)];
        foreach ((string setting, string words) in meaningless)
            yield return Finding.Warn(
                "ECR401",
                $"{setting} means nothing and counts as if it were not set",
                $"set it to {words}, or unset it"
            );
        if (meaningless.Length == 0)
            yield return Finding.Ok("ECR401", "the settings and the registry map make sense");
        foreach (Registry.EcrRegistry registry in run.Registries)
        {
            if (!invocation.Map.Allows(registry))
                yield return Finding.Fail(
                    "ECR402",
                    $"allow in the registry map leaves out {registry.Host}: it gets no token",
                    $"add it to allow in [default] of {Identity.CallerIdentity.SystemRegistryMap} or ~/.ecr/config"
                );
        }
    }
}
