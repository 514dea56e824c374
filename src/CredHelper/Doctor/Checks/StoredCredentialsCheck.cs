using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Processes;
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
                ? Finding.Fail(
                    "ECR206",
                    $"{config.Title}: the empty entry of {key} in auths {Why}",
                    RemoveCommand(context, registry!)
                )
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
                RemoveCommand(context, registry!)
            );
        }
        return auth.Username == "gitlab-ci-token"
            ? Finding.Warn(
                "ECR208",
                $"{config.Title} holds a job token for {key} (user gitlab-ci-token): it ended with its job",
                $"docker logout {key}; in jobs set DOCKER_CONFIG to a directory of the job's own"
            )
            : null;
    }

    private static string RemoveCommand(CheckContext context, EcrRegistry registry)
    {
        string who =
            context.Client.Kind == ClientKind.GitLabRunner
                ? $"sudo {OwnCommand.For(context.Environment)} setup gitlab-runner"
                : $"{OwnCommand.For(context.Environment)} setup {PullClient.NameOf(context.Client.Kind)}";
        return $"{who} --registry {registry.Host} --yes";
    }
}
