using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;
using CredHelper.Setup;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary><c>export</c>: prints short-lived static credentials for places where no helper can run.</summary>
internal static class ExportCommand
{
    public const string Name = "export";
    private const string DockerConfig = "docker-config",
        KubernetesSecret = "kubernetes-secret",
        Env = "env";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A registry by the name that was given, and its token.</summary>
    private sealed record Login(string Host, CachedToken Token)
    {
        public string Auth => new BasicCredential(Token.Username, Token.Secret).ToBase64();

        public override string ToString() => Host;
    }

    public static Command Create()
    {
        var registries = new Argument<string[]>("registry")
        {
            Description = "Registries: host, ACCOUNT/REGION or an alias from the registry configuration",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format")
        {
            Description = "Format of the output",
            DefaultValueFactory = _ => DockerConfig,
        };
        format.AcceptOnlyFromAmong(DockerConfig, KubernetesSecret, Env);
        Option<string> output = new Option<string>("--output", "-o")
        {
            Description =
                "File to write, mode 0600, or - for standard output; an existing docker configuration is merged",
            HelpName = "FILE",
        };
        var yes = new Option<bool>("--yes", "-y") { Description = "Print the credentials even to a terminal" };
        var name = new Option<string>("--name")
        {
            Description = $"Name of the Kubernetes secret (default: {HelperName.Short})",
        };
        var place = new Option<string>("--namespace") { Description = "Namespace of the Kubernetes secret" };
        var command = new HelpfulCommand(
            Name,
            $"""
            Print short-lived credentials for places where no helper can run

            Examples:
              DOCKER_AUTH_CONFIG="$({HelperName.Program} {Name} 123456789012/eu-west-1)"
              {HelperName.Program} {Name} 123456789012/eu-west-1 --output ~/.docker/config.json
              {HelperName.Program} {Name} 123456789012/eu-west-1 --format kubernetes-secret --namespace ci \
                | kubectl apply -f -
            """
        )
        {
            registries,
            format,
            output,
            yes,
            name,
            place,
        };
        command.Validators.Add(result => RequireSecret(result, format, name, isNamespace: false));
        command.Validators.Add(result => RequireSecret(result, format, place, isNamespace: true));
        command.SetAction(call =>
        {
            string? file = call.GetValue(output) is { } path && path != "-" ? path : null;
            if (file is null && !Console.IsOutputRedirected && !call.GetValue(yes))
            {
                throw new HelperException(
                    FailureKind.Configuration,
                    "refusing to print credentials to a terminal",
                    "redirect the output to a file or program, or add --yes"
                );
            }

            HelperContext context = HelperContext.Start(EnvironmentSnapshot.Take());
            List<Login> logins = [.. call.GetRequiredValue(registries).Select(text => Fetch(context, text))];
            string text = call.GetValue(format) switch
            {
                KubernetesSecret => Secret(logins, call.GetValue(name) ?? HelperName.Short, call.GetValue(place)),
                Env => $"DOCKER_AUTH_CONFIG='{Config(logins).Replace("'", "'\\''", StringComparison.Ordinal)}'\n",
                _ => Config(logins) + "\n",
            };
            if (file is null)
                Terminal.WriteAsIs(text);
            else
                WriteAlone(context, file, call.GetValue(format) == DockerConfig ? logins : null, text);
            foreach (Login login in logins)
            {
                Terminal.WriteErrorLine(
                    $"{login.Host}: expires "
                        + $"{DateTimeOffset.FromUnixTimeSeconds(login.Token.ExpiresAt):yyyy-MM-dd'T'HH:mm:ss'Z'}"
                );
            }

            return 0;
        });
        return command;
    }

    private static void RequireSecret(CommandResult result, Option format, Option name, bool isNamespace)
    {
        if (Text.Given(result, name) is not { } given)
            return;
        if (Text.Given(result, format) != KubernetesSecret)
        {
            result.AddError($"{name.Name} requires --format {KubernetesSecret}");
        }
        else if (!IsKubernetesName(given, isNamespace))
        {
            result.AddError(
                $"{name.Name} '{ForeignText.Clean(given)}' is not a valid Kubernetes name; use lower-case "
                    + "letters, digits and hyphens"
            );
        }
    }

    /// <summary>
    /// Matches an RFC 1123 label; for a name other than a namespace, several labels separated by dots.
    /// </summary>
    private static bool IsKubernetesName(string text, bool isNamespace) =>
        text.Length <= (isNamespace ? 63 : 253)
        && (isNamespace ? [text] : text.Split('.')).All(label =>
            label.Length > 0
            && label[0] != '-'
            && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        );

    private static Login Fetch(HelperContext context, string text)
    {
        EcrRegistry registry = context.Configuration.AliasFor(text) ?? Parse(text);
        return new Login(registry.RequestedHost, new TokenService(context).Get(registry));
    }

    private static EcrRegistry Parse(string text)
    {
        RegistryArgument argument = RegistryArgument.Parse(text);
        return argument.Profile is null && argument.RoleArn is null
            ? argument.Registry
            : throw new HelperException(
                FailureKind.Usage,
                "only setup supports a profile or role after the registry",
                "set AWS_PROFILE, or add it to the registry configuration"
            );
    }

    /// <summary>
    /// A docker configuration on one line with only <c>auths</c>: docker CLI 28.3 and later accepts nothing else in
    /// DOCKER_AUTH_CONFIG.
    /// </summary>
    private static string Config(List<Login> logins)
    {
        JsonEdit config = JsonEdit.ParseLine("", "{}");
        foreach (Login login in logins)
            config.Put(Entry(login), "auths", login.Host);
        return Encoding.UTF8.GetString(config.ToBytes());
    }

    private static string Entry(Login login) => $$"""{"auth":"{{login.Auth}}"}""";

    private static string Secret(List<Login> logins, string name, string? place) =>
        $"""
            apiVersion: v1
            kind: Secret
            metadata:
              name: {JsonEdit.Quote(name)}{(place is null ? "" : $"\n  namespace: {JsonEdit.Quote(place)}")}
            type: kubernetes.io/dockerconfigjson
            data:
              .dockerconfigjson: {Convert.ToBase64String(Encoding.UTF8.GetBytes(Config(logins)))}

            """;

    /// <summary>Holds a lock, so that two exports of this user do not overwrite each other's logins.</summary>
    private static void WriteAlone(HelperContext context, string path, List<Login>? merged, string text)
    {
        string? cache = TokenCache.OpenExisting(context.Environment)?.Directory;
        using DirectoryLock? guard = cache is null ? null : DirectoryLock.Take(cache);
        Write(path, merged, text);
    }

    /// <param name="merged">The logins to merge into an existing docker configuration, or null to replace the whole
    /// file.</param>
    private static void Write(string path, List<Login>? merged, string text)
    {
        try
        {
            EditableFile file = EditableFile.OpenPrivate(path);
            byte[] content = Encoding.UTF8.GetBytes(text);
            if (merged is not null && file.Content is { } present)
            {
                JsonEdit config = JsonEdit.Parse(path, present);
                foreach (Login login in merged)
                {
                    config.Put(Entry(login), "auths", login.Host);
                    if (config.Find("credHelpers", login.Host) is not null)
                    {
                        Terminal.WriteErrorLine(
                            $"warning: {path} names a credential helper for {login.Host}, which is used instead of "
                                + "this login"
                        );
                    }
                }
                content = config.ToBytes();
            }
            string? directory = Path.GetDirectoryName(Path.GetFullPath(path));
            bool isNew = directory is not null && !Directory.Exists(directory);
            file.Replace(content, OwnerOnly);
            if (isNew)
                Terminal.WriteErrorLine($"{ForeignText.Clean(directory!)}: directory created");
        }
        catch (ChangedMeanwhileException exception)
        {
            throw new HelperException(
                FailureKind.Other,
                $"{path} was changed by another program in the meantime",
                "run the command again",
                exception
            );
        }
    }
}
