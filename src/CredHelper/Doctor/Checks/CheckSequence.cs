using CredHelper.Errors;

namespace CredHelper.Doctor.Checks;

/// <summary>Runs the checks in the order of their dependencies, so that the first FAIL names the cause.</summary>
internal static class CheckSequence
{
    private static readonly ICheck[] OfManager = [new ManagerCheck(), new RunnerConfigCheck()];

    /// <summary>Checks that need the client's own files, PATH and network.</summary>
    private static readonly ICheck[] OfClient =
    [
        new HomeCheck(),
        new SudoHomeCheck(),
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

    /// <summary>The identity and the cache are only checked if this program is one of the providers.</summary>
    private static ICheck[] OfKubelet(KubeletSnapshot node) =>
        [
            new KubeletConfigCheck(),
            new ProviderProgramCheck(),
            new SettingsCheck(),
            .. node.OwnProvider is null ? [] : (ICheck[])[new IdentityCheck(), new EndpointCheck(), new TokenCheck()],
            new ProviderCheck(),
            new RegistryCheck(),
            .. node.OwnProvider is null ? [] : (ICheck[])[new CacheCheck()],
        ];

    private static IEnumerable<ICheck> For(PullClient client)
    {
        if (client.Kubelet is { } node)
            return OfKubelet(node);
        return client.Runner is { IsInContainer: true } ? OfManager : OfManager.Concat(OfClient);
    }

    public static void Run(CheckContext context, DoctorReport report)
    {
        bool isElsewhere = context.Client.Runner is { IsInContainer: true };
        foreach (ICheck check in For(context.Client))
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
                    ?? HelperException.OfFault(
                        exception,
                        "set AWS_ECR_LOG=debug, run the command again, and read the log"
                    );
                report.Add(
                    Finding.Fail("ECR000", $"{check.GetType().Name}: {failure.Message}", context.Commands.Of(failure))
                );
            }
        }
        if (isElsewhere)
        {
            report.Add(Finding.Skip("ECR209", "not checked: the runner manager's files are in its container"));
        }
        report.ShowProgress(null);
    }
}
