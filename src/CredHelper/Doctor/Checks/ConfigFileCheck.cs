using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>The docker configurations themselves: there, readable, well-formed, nothing twice.</summary>
internal sealed class ConfigFileCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (Presence(context) is { } presence)
            yield return presence;
        foreach (ConfigSource source in context.Sources)
        {
            if (source.Name == context.Configs.Unreadable)
                continue;
            if (source.Config.Problem is { } problem)
            {
                yield return Refused(context, source, problem);
            }
            else
            {
                foreach (Finding finding in Content(context, source))
                    yield return finding;
            }
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

    private static Finding? Presence(CheckContext context)
    {
        ClientConfigs configs = context.Configs;
        if (configs.Unreadable is { } unreadable)
        {
            return Finding.Fail(
                "ECR201",
                $"{unreadable} cannot be read by this user",
                $"ls -l {unreadable}; it should be the user's own, mode 600"
            );
        }

        if (context.Sources.Any())
            return null;
        return context.Registries.Count == 0
            ? Finding.Ok("ECR201", $"{configs.MainPath} is not there, and none of ECR was asked about")
            : Finding.Fail(
                "ECR201",
                $"{configs.MainPath} is not there: nothing names a helper",
                SetupCommandOf(context)
            );
    }

    private static Finding Refused(CheckContext context, ConfigSource source, string problem)
    {
        bool isVariable = source.Name == ConfigSource.Variable;
        string effect =
            context.Client.Kind == ClientKind.GitLabRunner
                ? $"; the runner drops it whole{(isVariable ? ", with a warning in the job log" : " and says nothing")}"
                : "";
        return Finding.Fail(
            "ECR202",
            $"{source.Title}: {problem}{effect}",
            isVariable ? "correct the variable" : $"repair {source.Title}"
        );
    }

    private static IEnumerable<Finding> Content(CheckContext context, ConfigSource source)
    {
        foreach (string name in source.Config.Duplicates)
        {
            yield return Finding.Warn(
                "ECR203",
                $"{source.Title} has \"{ForeignText.Clean(name)}\" twice (without regard to case); "
                    + "only the last counts",
                "put the two together"
            );
        }

        yield return source.Config.ContainsAuth || context.Registries.Count == 0
            ? Finding.Ok("ECR201", $"{source.Title}: {Summary(source.Config)}")
            : Finding.Fail("ECR201", $"{source.Title} names no helper and no login", SetupCommandOf(context));
    }

    private static string Summary(DockerConfigFile config)
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
