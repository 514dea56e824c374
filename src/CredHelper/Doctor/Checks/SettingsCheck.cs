namespace CredHelper.Doctor.Checks;

/// <summary>Our own settings and the registry map: whether they make sense.</summary>
internal sealed class SettingsCheck : ICheck
{
    public IEnumerable<Finding> Run(DoctorRun run)
    {
        Finding finding;
        try
        {
            run.Invocation = Invocation.Start(run.Environment);
            finding = Finding.Ok("ECR401", "the settings and the registry map make sense");
        }
        catch (HelperException e)
        {
            finding = Finding.Fail("ECR401", "settings", e);
        }
        yield return finding;
        if (run.Invocation is not { } invocation) yield break;
        foreach (Registry.EcrRegistry registry in run.Registries)
        {
            if (!invocation.Map.Allows(registry))
                yield return Finding.Fail("ECR402", $"allow in the registry map leaves out {registry.Host}: it gets no token", $"add it to allow in [default] of {Identity.CallerIdentity.SystemRegistryMap} or ~/.ecr/config");
        }
    }
}
