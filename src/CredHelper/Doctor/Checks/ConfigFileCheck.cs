using CredHelper.Aws.Config;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Podman;
using CredHelper.Processes;
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
        if (configs.Registries.Problem is { } problem)
            return Finding.Fail("ECR202", $"{problem}; podman does not pull at all", "repair that file");
        if (HasHelpersForAll(configs))
        {
            return Finding.Ok(
                "ECR201",
                $"{configs.Registries.Origin}: {RegistriesConf.Key} {string.Join(", ", configs.Registries.Helpers)}"
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

    /// <summary>Whether registries.conf names helpers beside the auth files.</summary>
    private static bool HasHelpersForAll(ClientConfigs configs) =>
        configs.Registries.Helpers.Any(helper => helper != RegistriesConf.AuthFilesItem);

    private static Finding Refused(CheckContext context, ConfigSource source, string problem)
    {
        bool isVariable = source.Name == ConfigSource.Variable;
        (Verdict verdict, string effect) = context.Client.Kind switch
        {
            ClientKind.GitLabRunner when isVariable => (
                Verdict.Fail,
                "the runner drops it whole, with a warning in the job log"
            ),
            ClientKind.GitLabRunner => (Verdict.Fail, "the runner drops it whole and says nothing"),
            ClientKind.Podman when EndsPulls(context, source) => (Verdict.Fail, "podman does not pull with it"),
            ClientKind.Podman => (Verdict.Warn, "podman stops there if nothing before it has credentials"),
            _ when isVariable => (
                Verdict.Warn,
                "docker 28.3 and later warns and ignores it whole; it takes auths with auth alone"
            ),
            _ when source.Config.ContainsAuth => (Verdict.Warn, "docker warns and goes on with what it could decode"),
            _ => (Verdict.Fail, "docker warns and goes on without any login"),
        };
        return new Finding(
            "ECR202",
            verdict,
            $"{source.Title}: {problem}; {effect}",
            isVariable ? "correct the variable" : $"repair {source.Name}"
        );
    }

    /// <summary>Whether it ends the pull of an image that was asked about, or could: none was.</summary>
    private static bool EndsPulls(CheckContext context, ConfigSource source) =>
        context.Resolutions.Count == 0
        || context.Resolutions.Any(image =>
            image.Resolution.FatalReason?.StartsWith(source.Name, StringComparison.Ordinal) == true
        );

    private static IEnumerable<Finding> Content(CheckContext context, ConfigSource source)
    {
        foreach (string name in source.Config.Duplicates)
        {
            yield return Finding.Warn(
                "ECR203",
                $"{source.Title} has \"{ForeignText.Clean(name)}\" twice (without regard to case); "
                    + "entries of both count, and of what they share only the last",
                "put the two together"
            );
        }
        bool isMisspelt = false;
        foreach (Finding finding in Misspelt(context, source))
        {
            isMisspelt = true;
            yield return finding;
        }
        if (isMisspelt && !source.Config.ContainsAuth)
            yield break;
        bool isEnough =
            context.Registries.Count == 0
            || HasHelpersForAll(context.Configs)
            || context.Sources.Any(any => any.Config.ContainsAuth);
        yield return isEnough
            ? Finding.Ok("ECR201", $"{source.Title}: {Summary(source.Config)}")
            : Finding.Fail("ECR201", $"{source.Title} names no helper and no login", SetupCommandOf(context));
    }

    private static IEnumerable<Finding> Misspelt(CheckContext context, ConfigSource source)
    {
        string client = PullClient.NameOf(context.Client.Kind);
        foreach (string name in source.Config.UnknownNames)
        {
            if (NearNames.Of(name, DockerConfigFile.CredentialNames) is [var near, ..])
            {
                yield return new Finding(
                    "ECR211",
                    source.Config.ContainsAuth ? Verdict.Warn : Verdict.Fail,
                    $"{source.Title} has \"{ForeignText.Clean(name)}\", which {client} does not know",
                    $"write \"{near}\""
                );
            }
        }
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
