using System.CommandLine;
using System.CommandLine.Parsing;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>
/// <c>setup docker</c>: the docker configuration of a user, <c>$DOCKER_CONFIG</c> or <c>~/.docker</c>.
/// </summary>
internal static class SetupDocker
{
    private const string Name = "docker";

    public static Command Create()
    {
        var options = new SetupOptions();
        var forJob = new Option<bool>("--job")
        {
            Description =
                "Write $DOCKER_CONFIG for one CI job, for docker, BuildKit, buildah and skopeo (every registry; "
                + "combine only with --registry)",
        };
        var command = new HelpfulCommand(
            Name,
            $"""
            Configure docker to use this helper ($DOCKER_CONFIG or ~/.docker/config.json)

            Examples:
              {HelperName.Program} setup {Name} --registry 123456789012/eu-west-1 --registry public.ecr.aws
              {HelperName.Program} setup {Name} --registry 210987654321/us-east-1=build
              {HelperName.Program} setup {Name} --creds-store --region eu-west-1
              {HelperName.Program} setup {Name} --creds-store --region eu-west-1 --route '*.gcr.io=gcloud'
              {HelperName.Program} setup {Name} --from-aws-config --dry-run
              {HelperName.Program} setup {Name} --job --registry "$ECR_REGISTRY"
              {HelperName.Program} setup {Name} --undo
            """
        )
        {
            options.FromAwsConfig,
            forJob,
        };
        options.AddTo(command);
        options.SetAction(
            command,
            (call, mode) => call.GetValue(forJob) ? RunForJob(call, options, forJob) : Run(call, mode, options)
        );
        return command;
    }

    private static int Run(ParseResult call, SetupMode mode, SetupOptions options)
    {
        EnvironmentSnapshot environment = EnvironmentSnapshot.Take();
        if (AsUser.OwnerOfForeignHome(environment) is { } owner)
            return options.RunAsOwner(owner, call);
        var report = new SetupReport(mode);
        IReadOnlyList<RegistryArgument> registries = options.RegistriesOf(call, environment, report);
        HomeSettings home = new(environment, ConfigPath(environment))
        {
            Registries = registries,
            Routes = options.RoutesOf(call),
            AsCredsStore = call.GetValue(options.CredsStore),
            Region = options.RegionOf(call),
        };
        ClientSetup setup = options.ClientSetupOf(
            call,
            mode,
            ClientKind.Docker,
            environment,
            registries,
            report,
            home.AsCredsStore
        );
        if (call.GetValue(options.Undo))
            return setup.Undo(home.Files(), isWhole: false);
        bool writesHome = registries.Count > 0 || home.Routes.Count > 0 || home.AsCredsStore;
        if (!writesHome && setup.InstallTo is null)
        {
            throw new HelperException(
                FailureKind.Usage,
                "no registry given",
                "add --registry HOST, --creds-store or --from-aws-config"
            );
        }
        return setup.Apply(writesHome ? home.Plan() : []);
    }

    /// <summary>Writes a configuration for one CI job, without consent, backup and undo.</summary>
    private static int RunForJob(ParseResult call, SetupOptions options, Option forJob)
    {
        Option? other = call
            .CommandResult.Children.OfType<OptionResult>()
            .Where(result => !result.Implicit)
            .Select(result => result.Option)
            .FirstOrDefault(option => option != forJob && option != options.Registries);
        IReadOnlyList<RegistryArgument> registries = options.RegistriesOf(call);
        bool hasIdentity = registries.Any(registry => (registry.Profile ?? registry.RoleArn) is not null);
        if (other is not null || hasIdentity)
        {
            throw new HelperException(
                FailureKind.Usage,
                hasIdentity ? "--job does not support a profile or role" : $"--job cannot be used with {other!.Name}",
                hasIdentity ? "set AWS_ROLE_ARN in the variables of the job" : $"remove {other!.Name}"
            );
        }
        JobConfig config = new(EnvironmentSnapshot.Take());
        Terminal.Write($"{config.Write(registries.Select(registry => registry.Registry))}\n");
        foreach (string warning in config.Warnings)
            Terminal.WriteErrorLine($"{HelperName.Program}: setup: {warning}");
        return 0;
    }

    private static string ConfigPath(EnvironmentSnapshot environment) =>
        environment.DockerConfigDirectory is { } directory
            ? Path.Combine(directory, "config.json")
            : throw new HelperException(
                FailureKind.Configuration,
                "there is no home directory",
                "set HOME or DOCKER_CONFIG"
            );
}
