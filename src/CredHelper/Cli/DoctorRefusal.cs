using CredHelper.Doctor;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Cli;

/// <summary>Reports of <c>doctor</c> with a single finding: why nothing could be checked.</summary>
internal static class DoctorRefusal
{
    /// <summary>The runner manager runs as another user, and this process is not root.</summary>
    public static int OfOtherUser(Account account, ManagerSnapshot facts, string sudoOptions, DoctorRequest request) =>
        Report(
            request,
            facts.Caller,
            facts,
            OperatingSystem.IsWindows()
                ? OfAdministrator(account, facts, request)
                : OfRoot(account, facts, sudoOptions, request)
        );

    private static Finding OfRoot(Account account, ManagerSnapshot facts, string sudoOptions, DoctorRequest request) =>
        Finding.Fail(
            "ECR300",
            $"the runner manager runs as {account.Name}; run doctor with sudo",
            Remedy.Run(facts.Caller.AsRoot($"{sudoOptions}{OwnProgram.CommandLine} {request.CallAsTyped}"))
        );

    /// <summary>Without an elevated prompt, Windows closes the profile of a service's account.</summary>
    private static Finding OfAdministrator(Account account, ManagerSnapshot facts, DoctorRequest request) =>
        Finding.Fail(
            "ECR300",
            $"the runner manager runs as {account.Name}; without administrator rights its profile {facts.Home} cannot "
                + "be read, with .docker\\config.json, .aws and .ecr in it",
            Remedy.Advise(
                $"run in a prompt opened with \"Run as administrator\": {OwnProgram.CommandLine} {request.CallAsTyped}"
            )
        );

    /// <summary>Several runner managers could be meant, and doctor does not guess.</summary>
    public static int OfRivals(IReadOnlyList<Rival> rivals, Caller caller, DoctorRequest request) =>
        Report(
            request,
            caller,
            null,
            Finding.Fail(
                "ECR309",
                Rival.Describe(rivals),
                rivals[0].Option is { } option
                    ? Remedy.Run(caller.AsRoot($"{OwnProgram.CommandLine} {request.CallAsTyped} {option}"))
                    : Remedy.Advise("stop the ones that you do not need")
            )
        );

    private static int Report(DoctorRequest request, Caller caller, ManagerSnapshot? facts, Finding finding)
    {
        DoctorReport report = request.CreateReport();
        report.Add(finding);
        var nobody = new EnvironmentSnapshot(new Dictionary<string, string>());
        var client = new PullClient(ClientKind.GitLabRunner, nobody, facts) { Caller = caller };
        return request.Finish(report, new CheckContext(client, ["none"], isOffline: true));
    }
}
