using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Processes;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks for stored credentials that cause failures: old ECR tokens, empty entries next to a credsStore, and tokens of
/// finished jobs.
/// </summary>
internal sealed class StoredCredentialsCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        foreach (ConfigSource config in context.Sources.Where(config => !IsIgnored(context, config)))
        {
            foreach (AuthEntry auth in config.Config.Auths)
            {
                if (Judge(context, config, auth.Decoded(out _)) is { } finding)
                    yield return finding;
            }
        }
    }

    /// <summary>Whether the client ignores the source because something in it is malformed.</summary>
    private static bool IsIgnored(CheckContext context, ConfigSource config) =>
        config.Config.Problem is not null
        && context.Views.Any(view =>
            context.ChoiceOf(view).Dropped.Any(dropped => context.TitleOf(view, dropped.Source) == config.Title)
        );

    private static Finding? Judge(CheckContext context, ConfigSource config, AuthEntry auth)
    {
        string key = ForeignText.Clean(auth.Key);
        bool isEcr = EcrRegistry.TryParse(auth.Key, out EcrRegistry? registry);
        bool hasHelper = registry is not null && config.Config.CredHelpers.ContainsKey(registry.Host);
        if (auth.IsEmpty && config.Config.CredsStore is not null && isEcr && !hasHelper)
            return JudgeEmpty(context, config, auth, registry!);
        if (isEcr && !auth.IsEmpty)
        {
            return Finding.Warn(
                "ECR207",
                $"{config.Title} stores an ECR token for {key}, which expires after 12 hours"
                    + $"{(hasHelper ? "; the helper takes precedence" : " and is used instead of a helper")}",
                RemoveCommand(context, config, registry!)
            );
        }
        return auth.Username == GitLabRegistry.JobTokenUser
            ? Finding.Warn(
                "ECR208",
                $"{config.Title} stores a job token for {key} (user {GitLabRegistry.JobTokenUser}), "
                    + "which expired with its job",
                Remedy.Advise(
                    $"remove it ({context.Commands.AsClient($"docker logout {ShellWord.Quote(key)}")}); in jobs, set "
                        + "DOCKER_CONFIG to a directory of the job"
                )
            )
            : null;
    }

    private static Finding? JudgeEmpty(CheckContext context, ConfigSource config, AuthEntry auth, EcrRegistry registry)
    {
        string entry = $"{config.Title}: the empty entry for {ForeignText.Clean(auth.Key)}";
        if (context.Client.Kind != ClientKind.GitLabRunner)
        {
            return Finding.Ok(
                "ECR206",
                $"{entry} marks a login in the credsStore; it would make GitLab Runner pull without credentials"
            );
        }
        if (!Wins(context, config, auth, registry))
            return null;
        const string Why = "makes GitLab Runner pull without credentials, although the credsStore may have some";
        return Finding
            .Fail("ECR206", $"{entry} in auths {Why}", RemoveCommand(context, config, registry))
            .On(Subject.Entry(config.Title, auth.Key));
    }

    /// <summary>Whether a runner uses the entry instead of what the store lists for the same registry.</summary>
    private static bool Wins(CheckContext context, ConfigSource config, AuthEntry auth, EcrRegistry registry) =>
        context.Views.Any(view =>
            context.ChoiceOf(view).ForRegistry(registry.Host).Used is { Outcome: Outcome.Empty } used
            && (used.Source, used.Key) == (config.Name, auth.Key)
        );

    /// <summary>Setup edits files in the home directory, not a CI/CD variable or config.toml.</summary>
    private static Remedy RemoveCommand(CheckContext context, ConfigSource config, EcrRegistry registry) =>
        config.Name == ConfigSource.Variable
            ? Remedy.Advise($"remove {registry.Host} from auths in {config.Title}")
            : context.Commands.Setup(registry.Host, "--yes");
}
