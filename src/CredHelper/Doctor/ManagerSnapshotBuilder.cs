using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.JobEnvironment;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Doctor;

/// <summary>
/// Collects what only the caller or root can read about the runner, following the runner options of the command line.
/// </summary>
internal sealed record ManagerSnapshotBuilder(string? ConfigPath, string? Home, string? CiVariable, bool WithJobToken)
{
    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>Prefixes of the variables that GitLab sets in a job.</summary>
    private static readonly string[] OfGitLab = ["CI_", "GITLAB_"];

    private static readonly string[] OfJob =
    [
        GitLabRegistry.HostVariable,
        GitLabRegistry.UserVariable,
        GitLabRegistry.JobTokenVariable,
        DependencyProxy.HostVariable,
        DependencyProxy.UserVariable,
        DependencyProxy.PasswordVariable,
    ];

    /// <summary>Prefixes of variables for credentials and the network, which are often set in a shell only.</summary>
    private static readonly string[] Telling =
    [
        "AWS_",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_",
    ];

    /// <summary>
    /// The sudo option that preserves the variables with the job's tokens, with a trailing space; empty without them.
    /// </summary>
    public string SudoOptions => WithJobToken ? $"--preserve-env={string.Join(',', OfJob)} " : "";

    /// <summary>The caller, with the runner options.</summary>
    public Caller CallerOf(EnvironmentSnapshot environment) =>
        Caller.Of(
            environment,
            [
                .. ConfigPath is { } config ? ["--runner-config", config] : (string[])[],
                .. Home is { } home ? ["--runner-home", home] : (string[])[],
            ]
        );

    /// <summary>
    /// The credentials that GitLab gives to the current job: for its registry and, if that is enabled, the dependency
    /// proxy. Empty without <c>--job-token</c>.
    /// </summary>
    public IReadOnlyList<JobToken> JobTokens(EnvironmentSnapshot caller)
    {
        if (!WithJobToken)
            return [];
        const string Token = GitLabRegistry.JobTokenVariable;
        var tokens = new List<JobToken>
        {
            TokenOf(caller, caller[GitLabRegistry.HostVariable] ?? "", GitLabRegistry.UserVariable, Token),
        };
        if (caller[DependencyProxy.HostVariable] is { } proxy)
        {
            bool hasPassword = caller[DependencyProxy.PasswordVariable] is not null;
            string variable = hasPassword ? DependencyProxy.PasswordVariable : Token;
            tokens.Add(TokenOf(caller, proxy, DependencyProxy.UserVariable, variable));
        }
        return tokens;
    }

    private static JobToken TokenOf(EnvironmentSnapshot caller, string registry, string userVariable, string variable)
    {
        string user = caller[userVariable] ?? GitLabRegistry.JobTokenUser;
        return new JobToken(registry, user, caller[variable] ?? "", variable);
    }

    /// <exception cref="HelperException">A file that was given cannot be read.</exception>
    public ManagerSnapshot Gather(EnvironmentSnapshot caller, RunnerManager manager)
    {
        string? text = Variable();
        ExpandedVariable? variable = text is null ? null : ForJobs(text, caller, runner: null);
        var facts = new ManagerSnapshot
        {
            Manager =
                $"user {manager.Account.Value.Name}; {manager.Account.Origin}; "
                + $"environment from {manager.Environment.Origin}",
            Home = manager.Home.Value,
            HomeOrigin = manager.Home.Origin,
            ConfigPath = manager.Config?.Value,
            NeverRead = manager.NeverRead,
            IsInContainer = manager.IsInContainer && Home is null,
            MissingVariables = [.. Missing(caller, manager.Environment.Value)],
            MissingFiles = manager.MissingFiles,
            CiVariable = variable?.Value,
            UnknownInCiVariable = variable?.Unknown ?? [],
            JobTokens = JobTokens(caller),
            Caller = CallerOf(caller),
            VariableOrigins = manager.VariableOrigins,
        };
        return manager.Config is null ? facts : WithConfig(facts, manager, ForJob);

        ExpandedVariable? ForJob(RunnerEntry runner) => text is null ? null : ForJobs(text, caller, runner);
    }

    /// <summary>
    /// A CI/CD variable as GitLab Runner passes it to jobs: references are expanded with the variables of the runner
    /// and, inside a job, with those that GitLab sets.
    /// </summary>
    private static ExpandedVariable ForJobs(string text, EnvironmentSnapshot caller, RunnerEntry? runner) =>
        ExpandedVariable.Of(
            text,
            name =>
                runner?.Variable(name)
                ?? (OfGitLab.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ? caller[name] : null)
        );

    private static ManagerSnapshot WithConfig(
        ManagerSnapshot facts,
        RunnerManager manager,
        Func<RunnerEntry, ExpandedVariable?> ciVariable
    )
    {
        string path = manager.Config!.Value;
        if (manager.ReadConfig(out byte[] content) != FileRead.Ok)
        {
            string user = manager.Account.Value.Name;
            return facts with
            {
                ConfigProblems =
                [
                    AsUser.Allows(manager.Account.Value)
                        ? new ConfigRemark(
                            $"{user}, the user of the runner manager, cannot read {path}",
                            $"grant {user} read access to the file and to its directory"
                        )
                        : new ConfigRemark($"{path} cannot be read by this user", "run doctor with sudo"),
                ],
            };
        }
        RunnerConfig config;
        try
        {
            config = RunnerConfig.Parse(path, content);
        }
        catch (HelperException exception)
        {
            return facts with
            {
                ConfigProblems =
                [
                    new ConfigRemark(exception.Message, "correct that line; GitLab Runner does not start with it"),
                ],
            };
        }
        IReadOnlyList<RunnerEntry> runners = config.Problems.Count > 0 ? [] : config.Runners;
        return facts with
        {
            UnknownInCiVariable =
                runners.Count == 0
                    ? facts.UnknownInCiVariable
                    : [.. runners.SelectMany(runner => ciVariable(runner)?.Unknown ?? []).Distinct()],
            ConfigProblems = [.. config.Problems.Select(problem => RemarkOf(path, problem))],
            ConfigWarnings = [.. config.Misplaced.Select(key => RemarkOf(path, key))],
            Runners = [.. runners.Select(runner => SummaryOf(runner, ciVariable(runner)))],
        };
    }

    private static ConfigRemark RemarkOf(string path, TomlProblem problem) =>
        new(
            $"{path}:{problem.Line}: {problem.Text}, so GitLab Runner refuses the whole file",
            $"write {problem.Correction}"
        );

    private static ConfigRemark RemarkOf(string path, MisplacedKey key) =>
        new($"{path}:{key.Line}: GitLab Runner ignores {key.Path}", $"move the line to {key.Belongs}");

    private static RunnerSummary SummaryOf(RunnerEntry runner, ExpandedVariable? ciVariable)
    {
        ExpandedVariable? variable = runner.Expanded(RunnerConfig.DockerAuthConfig);
        return new RunnerSummary(
            runner.Selector,
            runner.Executor,
            runner.Image,
            runner.HelperImage,
            runner.Services,
            runner.IsPrivileged,
            variable?.Value
        )
        {
            Id = runner.Id,
            JobConfig = ciVariable?.Value,
            PullsImages = runner.PullsImages,
            UnknownVariables = variable?.Unknown ?? [],
            MissingForDind = DockerInDocker.MissingForTls(runner),
        };
    }

    /// <summary>Names only: the values may be secrets.</summary>
    private static IEnumerable<string> Missing(EnvironmentSnapshot caller, EnvironmentSnapshot manager) =>
        caller
            .Variables.Keys.Where(name =>
                caller[name] is not null
                && manager[name] is null
                && Telling.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            )
            .Order(StringComparer.Ordinal);

    private string? Variable()
    {
        if (CiVariable is null)
            return null;
        if (CiVariable == "-")
            return Terminal.ReadToEnd().TrimEnd('\n');
        return RegularFile.Read(CiVariable, LongestFile, out byte[] content) == FileRead.Ok
            ? System.Text.Encoding.UTF8.GetString(content).TrimEnd('\n')
            : throw new HelperException(
                FailureKind.Configuration,
                $"{ForeignText.Clean(CiVariable)} cannot be read",
                "pass a readable file that contains the variable's text, or - for standard input"
            );
    }
}
