using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>The docker configurations themselves: there, readable, well-formed, nothing twice.</summary>
internal sealed class ConfigFileCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        DockerConfigs configs = context.Configs;
        if (configs.Unreadable is { } unreadable)
            yield return Finding.Fail(
                "ECR201",
                $"{unreadable} cannot be read by this user",
                $"ls -l {unreadable}; it should be the user's own, mode 600"
            );
        else if (configs.Texts.Count == 0 && context.Registries.Count == 0)
            yield return Finding.Ok("ECR201", $"{configs.MainPath} is not there, and none of ECR was asked about");
        else if (configs.Texts.Count == 0)
            yield return Finding.Fail(
                "ECR201",
                $"{configs.MainPath} is not there: nothing names a helper",
                SetupCommandOf(context)
            );
        foreach (NamedConfig config in configs.Texts)
        {
            if (config.Config.Problem is { } problem)
            {
                string who =
                    context.Client.Kind != ClientKind.GitLabRunner ? ""
                    : config.Source == RunnerSources.VariableName
                        ? "; the runner drops it whole, with a warning in the job log"
                    : "; the runner drops it whole and says nothing";
                yield return Finding.Fail(
                    "ECR202",
                    $"{config.Source}: {problem}{who}",
                    config.Source == RunnerSources.VariableName ? "correct the variable" : $"repair {config.Source}"
                );
                continue;
            }
            foreach (string name in config.Config.Duplicates)
                yield return Finding.Warn(
                    "ECR203",
                    $"{config.Source} has \"{ForeignText.Clean(name)}\" twice (without regard to case); "
                        + "only the last counts",
                    "put the two together"
                );
            if (config.Config.ContainsAuth || context.Registries.Count == 0)
                yield return Finding.Ok("ECR201", $"{config.Source}: {Summary(config.Config)}");
            else
                yield return Finding.Fail(
                    "ECR201",
                    $"{config.Source} names no helper and no login",
                    SetupCommandOf(context)
                );
        }
    }

    /// <summary>What puts it right for this client and the registries that were asked about.</summary>
    public static string SetupCommandOf(CheckContext context)
    {
        string registry = context.Registries.Count > 0 ? context.Registries[0].Host : "HOST";
        string client = PullClient.NameOf(context.Client.Kind);
        string command = $"{OwnCommand.For(context.Environment)} setup {client} --registry {registry}";
        return context.Client.Kind == ClientKind.GitLabRunner ? $"sudo {command}" : command;
    }

    private static string Summary(DockerConfigText config)
    {
        var parts = new List<string>();
        if (config.CredHelpers.Count > 0)
            parts.Add($"credHelpers for {Registries(config.CredHelpers.Count)}");
        if (config.CredsStore is { } store)
            parts.Add($"credsStore {store}");
        if (config.Auths.Count > 0)
            parts.Add($"logins for {Registries(config.Auths.Count)}");
        return parts.Count == 0 ? "no logins" : string.Join(", ", parts);
    }

    private static string Registries(int count) => count == 1 ? "1 registry" : $"{count} registries";
}
