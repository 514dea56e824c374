using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;

namespace CredHelper.Doctor;

/// <summary>
/// What the caller says about the runner, and the gathering of what only the caller or root can see of it.
/// </summary>
internal sealed record ManagerSnapshotBuilder(string? ConfigPath, string? Home, string? CiVariable, bool WithJobToken)
{
    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>What decides about credentials and the network, and is easily set in a shell alone.</summary>
    private static readonly string[] Telling =
    [
        "AWS_",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_",
    ];

    /// <summary>What the job that this runs in signs in with; null where nobody asked.</summary>
    public JobToken? Job(EnvironmentSnapshot caller) => WithJobToken ? JobOf(caller) : null;

    /// <exception cref="HelperException">A file that was given cannot be read.</exception>
    public ManagerSnapshot Gather(EnvironmentSnapshot caller, RunnerManager manager)
    {
        var facts = new ManagerSnapshot
        {
            Manager =
                $"{manager.Account.Value.Name} ({manager.Account.Origin}), environment of {manager.Environment.Origin}",
            Home = manager.Home.Value,
            HomeOrigin = manager.Home.Origin,
            ConfigPath = manager.Config?.Value,
            NeverRead = manager.NeverRead,
            IsInContainer = manager.IsInContainer && Home is null,
            MissingVariables = [.. Missing(caller, manager.Environment.Value)],
            MissingFiles = manager.MissingFiles,
            CiVariable = Variable(),
            Job = WithJobToken ? JobOf(caller) : null,
        };
        return manager.Config is { } config ? WithConfig(facts, config.Value) : facts;
    }

    private static JobToken JobOf(EnvironmentSnapshot caller) =>
        new(caller["CI_REGISTRY"] ?? "", caller["CI_REGISTRY_USER"] ?? "gitlab-ci-token", caller["CI_JOB_TOKEN"] ?? "");

    private static ManagerSnapshot WithConfig(ManagerSnapshot facts, string path)
    {
        if (RegularFile.Read(path, LongestFile, out byte[] content) != FileRead.Ok)
        {
            return facts with
            {
                ConfigProblems = [new ConfigRemark($"{path} cannot be read by this user", "run it with sudo")],
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
                    new ConfigRemark(exception.Message, "repair that line; the runner does not start with it"),
                ],
            };
        }
        return facts with
        {
            ConfigProblems = [.. config.Problems.Select(problem => RemarkOf(path, problem))],
            ConfigWarnings = [.. config.Misplaced.Select(key => RemarkOf(path, key))],
            Runners = config.Problems.Count > 0 ? [] : [.. config.Runners.Select(SummaryOf)],
        };
    }

    private static ConfigRemark RemarkOf(string path, TomlProblem problem) =>
        new(
            $"{path}:{problem.Line}: {problem.Text}, so GitLab Runner refuses the whole file",
            $"write {problem.Correction}"
        );

    private static ConfigRemark RemarkOf(string path, MisplacedKey key) =>
        new($"{path}:{key.Line}: GitLab Runner ignores {key.Path}", $"move the line to {key.Belongs}");

    private static RunnerSummary SummaryOf(RunnerEntry runner)
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
            PullsImages = runner.PullsImages,
            UnknownVariables = variable?.Unknown ?? [],
            MissingForDind = DockerInDocker.MissingForTls(runner),
        };
    }

    /// <summary>Names alone: their values may be secrets.</summary>
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
            return Console.In.ReadToEnd().TrimEnd('\n');
        return RegularFile.Read(CiVariable, LongestFile, out byte[] content) == FileRead.Ok
            ? System.Text.Encoding.UTF8.GetString(content).TrimEnd('\n')
            : throw new HelperException(
                FailureKind.Configuration,
                $"{ForeignText.Clean(CiVariable)} cannot be read",
                "give a file that holds the variable's text, or -"
            );
    }
}
