using System.Text;
using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Setup;

/// <summary>
/// Requests credentials as the client would, with the same resolution that <c>doctor</c> uses: in the client's
/// environment, with the helpers on its PATH. A failure is reported with a fix and makes setup exit with 1. The files
/// stay written, because the network may only be down for now.
/// </summary>
internal sealed class ClosingCheck(EnvironmentSnapshot environment, GivenCommand command, SetupReport report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HelperRuns _helpers = new(environment);

    /// <summary>The user of the runner manager, who needs the credentials; null for the caller.</summary>
    public Account? User { get; init; }

    /// <summary>Reports which credentials the client's configuration gives for registries.</summary>
    public void Resolve(ClientKind client, IReadOnlyCollection<string> hosts)
    {
        var resolution = IPullResolution.Of(client, ClientConfigs.Of(client, environment), _helpers);
        bool isInstalled = IsInstalled(hosts);
        TellOfSources(resolution);
        foreach (string host in isInstalled && resolution.FatalReason is null ? hosts : [])
            Tell(host, resolution.ForRegistry(host));
    }

    /// <summary>Checks the variable that jobs of a runner get, and reports only problems.</summary>
    /// <param name="source">The name of the variable in messages.</param>
    /// <param name="canRun">Whether its helpers may run, as the user of this process.</param>
    public void ResolveVariable(string source, string text, bool canRun)
    {
        var config = new ConfigSource(source, DockerConfigFile.Parse(Encoding.UTF8.GetBytes(text)));
        var resolution = new RunnerResolution(
            new ClientConfigs(source, [config]),
            canRun ? _helpers : new HelperPrograms(environment)
        );
        TellOfSources(resolution);
    }

    /// <summary>
    /// Reports whether this program has credentials for registries, whichever configuration names it.
    /// </summary>
    public void AskHelper(IReadOnlyCollection<string> hosts)
    {
        if (!IsInstalled(hosts))
            return;
        foreach (string host in hosts)
            Tell(host, host);
    }

    /// <summary>Reports whether the user that pulls can execute the program.</summary>
    public void Start(string program, string user)
    {
        try
        {
            ChildResult result = ChildProcess.Run(environment, program, ["version"], "", Patience, isMarked: false);
            if (result.ExitCode != 0)
                report.Fail([], $"user {user} cannot run {program}: {ForeignText.Clean(result.Error)}");
        }
        catch (HelperException exception)
        {
            report.Fail([], $"user {user} cannot run {program}: {exception.Message}; hint: {RemedyOfStart(program)}");
        }
    }

    private string RemedyOfStart(string program)
    {
        const UnixFileMode ForAll = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        var closed = new List<string>();
        for (string? part = Path.GetDirectoryName(program); part is not null; part = Path.GetDirectoryName(part))
        {
            if (FileStatus.Of(part) is { } status && (status.Permissions & ForAll) != ForAll)
                closed.Insert(0, ShellWord.Quote(part));
        }
        return closed.Count > 0
            ? command.AsRoot($"chmod a+rx {string.Join(' ', closed)}")
            : $"install it on a file system that is not mounted noexec: {command.With("--install-to", "DIR")}";
    }

    private bool IsInstalled(IReadOnlyCollection<string> hosts)
    {
        if (ProgramObstacle.Of(environment, command) is not { } obstacle)
            return true;
        report.Fail(hosts, obstacle.Warning(command));
        return false;
    }

    private void TellOfSources(IPullResolution resolution)
    {
        // A missing program has been reported already.
        string missing = HelperProgram.NotOnPath(HelperName.Short);
        foreach (DroppedSource dropped in resolution.Dropped.Where(dropped => dropped.Reason != missing))
        {
            report.Fail(
                [],
                $"{dropped.Source}: {dropped.Reason}, so the whole configuration is ignored; hint: {RemedyOf(dropped)}"
            );
        }

        if (resolution.FatalReason is { } fatal)
            report.Fail([], $"{fatal}, so every pull fails; hint: {command.Doctor()}");
    }

    private string RemedyOf(DroppedSource dropped)
    {
        if (dropped.Source != ConfigSource.Variable)
            return ResolutionRemedy.Of(dropped.Reason, dropped.Source);
        return environment["GITLAB_CI"] is null
            ? $"unset {ConfigSource.Variable}"
            : $"change the CI/CD variable {ConfigSource.Variable} in GitLab: Settings > CI/CD > Variables";
    }

    private void Tell(string host, ImageResolution resolution)
    {
        if (resolution.FatalReason is { } fatal)
            report.Fail(host, $"{fatal}; hint: {command.Doctor(host)}");
        else if (resolution.Candidates.FirstOrDefault(candidate => candidate.Helper == HelperName.Short) is { } ours)
            Tell(host, ours.Key);
        else if (resolution.Used is { IsUsable: true } used)
            report.Pass(host, $"credentials from {used.Source} ({ResolutionTable.MethodOf(used, isRunner: false)})");
        else
            report.Fail(host, $"no credentials found; hint: {command.Doctor(host)}");
    }

    /// <summary>Reports what the installed program prints for a registry.</summary>
    private void Tell(string host, string key)
    {
        report.Progress.Show($"checking the credentials for {host}");
        HelperAnswer answer = _helpers.Get(HelperName.Short, key);
        report.Progress.Show(null);
        string program = SearchPath.Find(environment, HelperName.Program)!;
        if (answer.Outcome == Outcome.Credentials)
            report.Pass(host, $"{program} returned credentials");
        else if (answer.Outcome == Outcome.NotFound && ServesAnonymously(host))
            report.Pass(host, $"{program} has no AWS credentials for it, so pulls are anonymous");
        else if (_helpers.ResultOf(HelperName.Short, key) is { } result)
            report.Fail(host, $"{program} failed: {ForUser(OwnWords.Of(result, key))}");
        else
            report.Fail(host, answer.Failure!);
    }

    /// <summary>
    /// Lets a hint that runs the AWS CLI run it as the manager's user, because it writes the configuration of its user.
    /// </summary>
    private string ForUser(string words)
    {
        const string Hint = "; hint: ";
        int hint = words.IndexOf($"{Hint}aws ", StringComparison.Ordinal);
        return hint < 0 || User is null
            ? words
            : $"{words[..hint]}{Hint}{command.As(User, environment, words[(hint + Hint.Length)..])}";
    }

    private static bool ServesAnonymously(string host) =>
        EcrRegistry.TryParse(host, out EcrRegistry? registry) && registry.ServesAnonymously;
}
