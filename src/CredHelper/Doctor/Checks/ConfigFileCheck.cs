using CredHelper.Aws.Config;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Podman;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>Checks that the docker configurations exist, are readable and valid, and have no duplicate keys.</summary>
internal sealed class ConfigFileCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (Presence(context) is { } presence)
            yield return presence;
        foreach (ConfigSource source in context.Sources)
        {
            if (source.Name == context.Configs.Unreadable?.Path)
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

    /// <summary>The setup command for this client and the requested registries.</summary>
    private static Remedy SetupOf(CheckContext context) => context.Commands.Setup(context.Registries[0].Host);

    private static Finding? Presence(CheckContext context)
    {
        ClientConfigs configs = context.Configs;
        if (configs.Unreadable is { } unreadable)
        {
            (string problem, Remedy remedy) = ProblemOf(context, unreadable);
            return Finding.Fail("ECR201", $"{unreadable.Path} {problem}", remedy).On(Subject.Source(unreadable.Path));
        }
        if (configs.Registries.Problem is { } refused)
        {
            return Finding
                .Fail("ECR202", $"{refused}; podman refuses every pull", Remedy.Advise("correct that file"))
                .On(Subject.Source(RegistriesConf.Name));
        }
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
            ? Finding.Ok("ECR201", $"{configs.MainPath} does not exist; no ECR registry was given")
            : Finding
                .Fail(
                    "ECR201",
                    $"{configs.MainPath} does not exist, so no credential helper is configured",
                    SetupOf(context)
                )
                .On(Subject.Source(configs.MainPath))
                .After(new Subject(SubjectKind.Home));
    }

    private static (string Problem, Remedy Remedy) ProblemOf(CheckContext context, UnreadableFile file)
    {
        string path = ShellWord.Quote(file.Path);
        if (file.Read == FileRead.Unreachable)
        {
            return (
                "is not accessible: this user may not search one of its parent directories",
                Remedy.Advise($"grant search permission on that directory (namei -l {path} lists them)")
            );
        }
        if (file.Read == FileRead.NotRegular && Directory.Exists(file.Path))
        {
            string remove = context.Commands.AsClient($"rmdir {path}");
            return (
                "is a directory and not a file",
                Remedy.Run(context.Registries.Count > 0 ? $"{remove} && {SetupOf(context).Text}" : remove)
            );
        }
        if (file.Read != FileRead.Unreadable)
        {
            return ("is not a regular file, or is too large", Remedy.Advise($"check it with ls -l {path}"));
        }
        string user = Commands.ClientUser;
        return (
            "is not readable by this user",
            Remedy.Run(
                $"{context.Commands.AsRoot($"chown {user} {path}")} && {context.Commands.AsRoot($"chmod u+rw {path}")}"
            )
        );
    }

    /// <summary>Whether registries.conf names helpers besides the auth files.</summary>
    private static bool HasHelpersForAll(ClientConfigs configs) =>
        configs.Registries.Helpers.Any(helper => helper != RegistriesConf.AuthFilesItem);

    private static Finding Refused(CheckContext context, ConfigSource source, string problem)
    {
        bool isVariable = source.Name == ConfigSource.Variable;
        (Verdict verdict, string effect) = context.Client.Kind switch
        {
            ClientKind.GitLabRunner when isVariable => (
                Verdict.Fail,
                "GitLab Runner ignores the whole variable, with a warning in the job log"
            ),
            ClientKind.GitLabRunner => (Verdict.Fail, "GitLab Runner ignores the whole file without logging it"),
            ClientKind.Podman when EndsPulls(context, source) => (Verdict.Fail, "podman refuses to pull"),
            ClientKind.Podman => (Verdict.Warn, "podman fails here unless an earlier file has credentials"),
            _ when isVariable => (
                Verdict.Warn,
                "docker 28.3 and later warns and ignores the whole variable; it only supports auths with auth"
            ),
            _ when source.Config.ContainsAuth => (Verdict.Warn, "docker warns and uses what it could decode"),
            _ => (Verdict.Fail, "docker warns and continues without credentials"),
        };
        return new Finding(
            "ECR202",
            verdict,
            $"{source.Title}: {problem}; {effect}",
            Remedy.Advise(isVariable ? "correct the variable" : $"correct {source.Name}")
        ).On(Subject.Source(source.Title));
    }

    /// <summary>Whether the problem ends the pull of a requested image; also true if no image was requested.</summary>
    private static bool EndsPulls(CheckContext context, ConfigSource source) =>
        context.Resolutions.Count == 0
        || context.Resolutions.Any(image => image.Resolution.Origin == new FailureOrigin(source.Name));

    private static IEnumerable<Finding> Content(CheckContext context, ConfigSource source)
    {
        foreach (string name in source.Config.Duplicates)
        {
            yield return Finding.Warn(
                "ECR203",
                $"{source.Title}: the key \"{ForeignText.Clean(name)}\" is repeated (case is ignored); "
                    + "the entries are merged, and the last one of each name is used",
                Remedy.Advise("merge the two into one")
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
            : Finding
                .Fail(
                    "ECR201",
                    $"{source.Title} contains neither a credential helper nor credentials",
                    SetupOf(context)
                )
                .On(Subject.Source(source.Title));
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
                    $"{source.Title}: {client} does not support the key \"{ForeignText.Clean(name)}\"",
                    Remedy.Advise($"rename it to \"{near}\"")
                ).On(Subject.Source(source.Title));
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
            parts.Add($"stored credentials for {Registries(config.Auths.Count)}");
        return parts.Count == 0 ? "no credentials" : string.Join(", ", parts);
    }

    private static string Registries(int count) => count == 1 ? "1 registry" : $"{count} registries";
}
