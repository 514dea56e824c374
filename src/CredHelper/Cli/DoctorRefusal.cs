using CredHelper.Doctor;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Cli;

/// <summary>Reports of <c>doctor</c> with one finding: why nothing was looked at.</summary>
internal static class DoctorRefusal
{
    /// <summary>The manager is another user, and this is not root.</summary>
    public static int OfOtherUser(ManagerSnapshot facts, string sudoOptions, DoctorRequest request) =>
        Report(
            request,
            facts.Caller,
            facts,
            Finding.Fail(
                "ECR300",
                $"the manager is {facts.Manager}, and you are not: what it sees cannot be seen from here",
                Remedy.Run(facts.Caller.AsRoot($"{sudoOptions}{OwnProgram.CommandLine} {request.CallAsTyped}"))
            )
        );

    /// <summary>Which of several managers is meant is not for this program to guess.</summary>
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
                    : Remedy.Advise("stop those that are not meant")
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
