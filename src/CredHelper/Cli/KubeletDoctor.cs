using CredHelper.CredentialProviders;
using CredHelper.Doctor;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Cli;

/// <summary>
/// <c>doctor --as kubelet</c>: runs the checks in a process of the kubelet's user, with the kubelet's environment.
/// </summary>
internal static class KubeletDoctor
{
    private static readonly Account Root = new("root", 0, 0, "/root");

    public static int Run(EnvironmentSnapshot caller, DoctorRequest request, string? config, string? binDirectory)
    {
        if (!OperatingSystem.IsLinux())
            throw new HelperException(FailureKind.Usage, "--as kubelet is only supported on Linux nodes");
        NodeKubelet node = NodeKubelet.Find("/", config, binDirectory);
        var snapshot = KubeletSnapshot.Of(node, Caller.Of(caller, []));
        Account account = Account.ByUid(node.Process?.Uid ?? 0) ?? Root;
        if (!AsUser.Allows(account))
        {
            DoctorReport report = request.CreateReport();
            string command = snapshot.Caller.AsRoot($"{OwnProgram.CommandLine} {request.CallAsTyped}");
            report.Add(
                Finding.Fail("ECR300", $"the kubelet runs as {account.Name}; run doctor with sudo", Remedy.Run(command))
            );
            var client = new PullClient(ClientKind.Kubelet, caller) { Caller = snapshot.Caller, Kubelet = snapshot };
            return request.Finish(report, new CheckContext(client, ["none"], isOffline: true));
        }
        EnvironmentSnapshot environment = node.Process?.Environment is { } variables
            ? new EnvironmentSnapshot(new Dictionary<string, string>(variables))
            : account.CleanEnvironment();
        return request.RunAs(
            account,
            environment,
            [DoctorCommand.Name, DoctorCommand.SeatOption, "--as", "kubelet", .. request.Arguments],
            snapshot.ToJson()
        );
    }

    /// <summary>The client for the process that runs the checks.</summary>
    public static PullClient ClientOf(EnvironmentSnapshot environment, string facts)
    {
        var snapshot = KubeletSnapshot.Parse(facts);
        snapshot.ReadConfig(environment);
        EnvironmentSnapshot own = snapshot.OwnProvider is { } provider
            ? ProviderRuns.EnvironmentOf(environment, provider)
            : environment;
        return new PullClient(ClientKind.Kubelet, own) { Caller = snapshot.Caller, Kubelet = snapshot };
    }
}
