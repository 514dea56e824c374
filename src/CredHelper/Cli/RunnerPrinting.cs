using System.Text;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Platform;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>
/// <c>--print</c>: settings for places that this program does not write to: CI/CD variables, compose files, Helm
/// values.
/// </summary>
internal static class RunnerPrinting
{
    public const string Variable = "variable",
        Compose = "compose",
        Helm = "helm";

    public static int Print(string what, IReadOnlyList<RegistryArgument> registries, bool asStore, string? region)
    {
        string json = ConfigOf(registries, asStore);
        string text = what switch
        {
            Compose => ComposeFile(json, registries, region),
            Helm => HelmValues(json, registries, region),
            _ => json + "\n",
        };
        Terminal.WriteAsIs(text);
        if (what == Variable)
        {
            foreach (string warning in RunnerConfigSettings.VariableWarnings)
                Terminal.WriteErrorLine($"warning: {warning}");
        }
        return 0;
    }

    /// <summary>The docker configuration on one line.</summary>
    private static string ConfigOf(IReadOnlyList<RegistryArgument> registries, bool asStore)
    {
        JsonEdit json = JsonEdit.ParseLine("", "{}");
        foreach (RegistryArgument registry in registries)
            json.Put(HelperNames.Own, "credHelpers", registry.Host);
        if (asStore)
            json.Put(HelperNames.Own, "credsStore");
        return Encoding.UTF8.GetString(json.ToBytes());
    }

    private static string ComposeFile(string json, IReadOnlyList<RegistryArgument> registries, string? region) =>
        $"""
            # A GitLab runner in a container. Only /etc/gitlab-runner is kept when the container is recreated, so
            # everything else is mounted from the directory of this file: program, docker and AWS configuration.
            # Docker Compose 2.23.1 or later, because of the content of configs.
            services:
              gitlab-runner:
                image: gitlab/gitlab-runner:latest
                restart: unless-stopped
                environment:
                  AWS_REGION: {RegionOf(registries, region)}
            {Lines(
                Identities(registries),
                (name, value) => $"      {name}: {TomlSource.Quote(value)}"
            )}      # On the volume, so that tokens survive the container.
                  AWS_ECR_CACHE_DIR: /etc/gitlab-runner/ecr-login
                volumes:
                  - ./config:/etc/gitlab-runner
                  - /var/run/docker.sock:/var/run/docker.sock
                  - ./{HelperName.Program}:/usr/local/bin/{HelperName.Program}:ro
                  - ./aws:/root/.aws:ro
                configs:
                  - source: docker-config
                    target: /root/.docker/config.json
            configs:
              docker-config:
                content: '{json}'

            """;

    private static string ExampleRole(IReadOnlyList<RegistryArgument> registries)
    {
        string? account = registries.Count > 0 ? registries[0].Registry.AccountId : null;
        return $"arn:aws:iam::{account ?? "123456789012"}:role/gitlab-runner";
    }

    /// <summary>
    /// Helm values that are maps, because Helm merges maps with those of other values files. It would replace lists and
    /// <c>runners.config</c>.
    /// </summary>
    private static string HelmValues(string json, IReadOnlyList<RegistryArgument> registries, string? region) =>
        $"""
            # Values for the chart gitlab/gitlab-runner, to be passed after your own:
            #   helm upgrade gitlab-runner gitlab/gitlab-runner --values own.yaml --values ecr-login.yaml
            # Helm merges maps, so runners.config, volumes and envVars stay yours. preEntrypointScript is the exception:
            # append your own to it. The manager's pod resolves the credentials of job images, so the program and the
            # identity are needed there and not on the nodes. The role of the service account needs the permission
            # ecr:GetAuthorizationToken and the permissions to pull.
            serviceAccount:
              create: true
              annotations:
                eks.amazonaws.com/role-arn: {ServiceAccountRole(registries) ?? ExampleRole(registries)}
            # The runner's image with the program in it: docs/containers.md.
            image:
              registry: registry.example.com
              image: gitlab-runner
              tag: latest
            extraEnv:
              AWS_REGION: {RegionOf(registries, region)}
            {Lines(
                Identities(registries).Where(one => one.Value != ServiceAccountRole(registries)),
                (name, value) => $"  {name}: {TomlSource.Quote(value)}"
            )}# The docker configuration in the manager's home. The chart mounts these files at /configmaps.
            configMaps:
              docker-config.json: |
                {json}
            preEntrypointScript: |
              mkdir -p "$HOME/.docker" && ln -sf /configmaps/docker-config.json "$HOME/.docker/config.json"

            """;

    /// <summary>The role of the pod itself. Roles of further registries are assumed from it.</summary>
    private static string? ServiceAccountRole(IReadOnlyList<RegistryArgument> registries) =>
        registries.FirstOrDefault(registry => registry.RoleArn is not null)?.RoleArn;

    /// <summary>Profiles and roles as variables per account, which saves mounting a registry configuration.</summary>
    private static IEnumerable<(string Name, string Value)> Identities(IReadOnlyList<RegistryArgument> registries)
    {
        foreach (
            RegistryArgument registry in registries
                .Where(one => one.Registry.AccountId is not null)
                .DistinctBy(one => one.Registry.AccountId)
        )
        {
            if (registry.Profile is { } profile)
                yield return ($"AWS_PROFILE_{registry.Registry.AccountId}", profile);
            else if (registry.RoleArn is { } role)
                yield return ($"AWS_ROLE_ARN_{registry.Registry.AccountId}", role);
        }
    }

    private static string Lines(
        IEnumerable<(string Name, string Value)> variables,
        Func<string, string, string> line
    ) => string.Concat(variables.Select(one => line(one.Name, one.Value) + "\n"));

    private static string RegionOf(IReadOnlyList<RegistryArgument> registries, string? region) =>
        region ?? (registries is [var first, ..] ? first.Registry.Region : "eu-west-1");
}
