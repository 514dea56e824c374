using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Static logins that get in the way: old ECR tokens, empty entries beside a credsStore, job tokens that have ended.
/// </summary>
internal sealed class StoredCredentialsCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        foreach (ConfigSource config in context.Sources)
        {
            foreach (AuthEntry auth in config.Config.Auths)
            {
                if (Judge(context, config, auth.Decoded(out _)) is { } finding)
                    yield return finding;
            }
        }
    }

    private static Finding? Judge(CheckContext context, ConfigSource config, AuthEntry auth)
    {
        string key = ForeignText.Clean(auth.Key);
        bool isEcr = EcrRegistry.TryParse(auth.Key, out EcrRegistry? registry);
        bool hasHelper = registry is not null && config.Config.CredHelpers.ContainsKey(registry.Host);
        if (auth.IsEmpty && config.Config.CredsStore is not null && isEcr && !hasHelper)
        {
            const string Why = "makes the runner pull without credentials, although the credsStore has some";
            return context.Client.Kind == ClientKind.GitLabRunner
                ? Finding
                    .Fail(
                        "ECR206",
                        $"{config.Title}: the empty entry of {key} in auths {Why}",
                        RemoveCommand(context, config, registry!)
                    )
                    .On(Subject.Entry(config.Title, auth.Key))
                : Finding.Ok(
                    "ECR206",
                    $"{config.Title}: the empty entry of {key} is docker's note of a login in the "
                        + "credsStore; a GitLab runner would stumble over it"
                );
        }
        if (isEcr && !auth.IsEmpty)
        {
            return Finding.Warn(
                "ECR207",
                $"{config.Title} holds a login of {key}: an ECR token ends 12 hours after it was fetched"
                    + $"{(hasHelper ? "; the helper is asked first" : " and is used instead of a helper")}",
                RemoveCommand(context, config, registry!)
            );
        }
        return auth.Username == "gitlab-ci-token"
            ? Finding.Warn(
                "ECR208",
                $"{config.Title} holds a job token for {key} (user gitlab-ci-token): it ended with its job",
                Remedy.Advise(
                    $"remove it ({context.Commands.AsClient($"docker logout {key}")}); in jobs set DOCKER_CONFIG to a "
                        + "directory of the job's own"
                )
            )
            : null;
    }

    /// <summary>A CI/CD variable or the text of config.toml is not for a setup of the home.</summary>
    private static Remedy RemoveCommand(CheckContext context, ConfigSource config, EcrRegistry registry) =>
        config.Name == ConfigSource.Variable
            ? Remedy.Advise($"remove {registry.Host} from auths in {config.Title}")
            : context.Commands.Setup(registry.Host, "--yes");
}
