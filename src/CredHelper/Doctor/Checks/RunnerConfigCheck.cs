using CredHelper.Errors;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks config.toml: whether it can be read, its DOCKER_AUTH_CONFIG, docker-in-docker, and what the executors mean
/// for pulls.
/// </summary>
internal sealed class RunnerConfigCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Client.Runner is not { } facts)
            yield break;
        foreach (ConfigRemark problem in facts.ConfigProblems)
        {
            // Without its configuration the manager runs no jobs, so no images are pulled.
            yield return Finding.Fail("ECR305", problem.Text, Remedy.Advise(problem.Remedy)) with
            {
                IsOfPull = true,
            };
        }
        if (facts.ConfigProblems.Count > 0)
            yield break;
        if (facts.ConfigPath is { } path)
        {
            yield return Finding.Ok(
                "ECR305",
                $"{path}: {facts.Runners.Count} {(facts.Runners.Count == 1 ? "runner" : "runners")}"
            );
        }
        else if (!facts.IsInContainer)
        {
            yield return Finding.Warn(
                "ECR305",
                "no config.toml found",
                Remedy.Advise("pass it with --runner-config FILE")
            );
        }

        foreach (ConfigRemark warning in facts.ConfigWarnings)
            yield return Finding.Warn("ECR305", warning.Text, Remedy.Advise(warning.Remedy));
        foreach (Finding finding in Variable(facts))
            yield return finding;
        foreach (RunnerSummary runner in facts.Runners)
        {
            foreach (Finding finding in DockerInDocker(facts, runner))
                yield return finding;
            yield return Executor(runner);
        }
    }

    private static IEnumerable<Finding> DockerInDocker(ManagerSnapshot facts, RunnerSummary runner)
    {
        if (runner.Services.Any(IsDind))
        {
            yield return runner.IsPrivileged
                ? Finding.Ok(
                    "ECR307",
                    $"runner {runner.Name}: docker:dind works (privileged = true), and jobs "
                        + "can become root on the machine"
                )
                : Finding.Fail(
                    "ECR307",
                    $"runner {runner.Name}: the service docker:dind requires a privileged container, "
                        + "but privileged is not true",
                    Remedy.Advise(
                        "set privileged = true in [runners.docker], or build with rootless buildah or BuildKit"
                    )
                );
        }
        if (!runner.IsPrivileged || runner.MissingForDind.Count == 0)
            yield break;
        string missing = string.Join(", ", runner.MissingForDind);
        yield return Finding.Warn(
            "ECR307",
            $"runner {runner.Name}: docker:dind with TLS requires {missing}",
            Remedy.Advise($"add it to {facts.ConfigPath}")
        );
    }

    private static IEnumerable<Finding> Variable(ManagerSnapshot facts)
    {
        List<RunnerSummary> own = [.. facts.Runners.Where(runner => runner.AuthConfig is not null)];
        if (facts.CiVariable is { } variable && own.Count > 0)
        {
            yield return Finding.Warn(
                "ECR306",
                $"the CI/CD variable {ConfigSource.Variable} "
                    + $"{(variable.Length == 0 ? "is empty and overrides" : "overrides")} the one in config.toml ("
                    + $"{string.Join(", ", own.Select(runner => runner.Name))})",
                Remedy.Advise("remove one of the two, or put all registries into the CI/CD variable")
            );
        }
        if (facts.UnknownInCiVariable.Count > 0)
        {
            yield return Finding.Warn(
                "ECR306",
                $"the CI/CD variable {ConfigSource.Variable} uses {Names(facts.UnknownInCiVariable)}, which only a "
                    + "job can set (empty here)",
                Remedy.Advise(
                    "write $$ for a dollar sign, or clear \"Expand variable reference\" in the variable's settings"
                )
            );
        }
        foreach (RunnerSummary runner in own.Where(runner => runner.UnknownVariables.Count > 0))
        {
            yield return Finding.Warn(
                "ECR306",
                $"runner {runner.Title}: {ConfigSource.Variable} uses {Names(runner.UnknownVariables)}, which its "
                    + "environment does not set (empty unless the job sets it)",
                Remedy.Advise("write $$ for a dollar sign, or set the variable in environment")
            );
        }
    }

    private static string Names(IEnumerable<string> variables) =>
        string.Join(", ", variables.Select(name => $"${ForeignText.Clean(name)}"));

    private static bool IsDind(string service) => service.Contains("dind", StringComparison.Ordinal);

    /// <summary>Which program and identity pull the images of an executor (docs/reference/protocol.md, 3.8).</summary>
    private static Finding Executor(RunnerSummary runner) =>
        runner.Executor switch
        {
            "docker" or "docker-windows" => Finding.Ok(
                "ECR308",
                $"runner {runner.Name}: job images are pulled with the manager's credential helper and identity"
            ),
            "docker+machine" or "docker-autoscaler" => Finding.Ok(
                "ECR308",
                $"runner {runner.Name}: job images are pulled with the manager's credential helper and identity; the "
                    + "workers' instance profile is only used by docker inside jobs"
            ),
            "kubernetes" => Finding.Ok(
                "ECR308",
                $"runner {runner.Name}: the manager's pod gets the credentials and creates a pull secret "
                    + "from them; image_pull_secrets take precedence"
            ),
            _ => Finding.Ok(
                "ECR308",
                $"runner {runner.Name}: the {(runner.Executor.Length > 0 ? runner.Executor : "unnamed")} "
                    + "executor does not pull images; docker in its jobs uses the configuration of the jobs' user"
                    + $"{(runner.AuthConfig is null ? "" : $" and, since version 28.3, {ConfigSource.Variable}")}"
            ),
        };
}
