using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary><c>setup docker</c>: a person's own docker config, <c>$DOCKER_CONFIG</c> or <c>~/.docker</c>.</summary>
internal static class SetupDocker
{
    private const string Name = "docker";

    public static Command Create()
    {
        var mode = new SetupOptions();
        var registries = new RegistryOptions();
        var fromAws = new Option<bool>("--from-aws-config")
        {
            Description = "Add the registry of every profile in ~/.aws/config that names an account and a region.",
        };
        var command = new HelpfulCommand(
            Name,
            $"""
            Name this program in your own docker config ($DOCKER_CONFIG, else ~/.docker/config.json).

            Examples:
              {HelperName.Program} setup {Name} --registry 123456789012/eu-west-1 --registry public.ecr.aws
              {HelperName.Program} setup {Name} --registry 210987654321/us-east-1=build
              {HelperName.Program} setup {Name} --creds-store --region eu-west-1
              {HelperName.Program} setup {Name} --from-aws-config --dry-run
              {HelperName.Program} setup {Name} --undo
            """
        )
        {
            fromAws,
        };
        registries.AddTo(command);
        mode.AddTo(command);
        command.SetAction(call => Run(call, mode, registries, call.GetValue(fromAws)));
        return command;
    }

    private static int Run(ParseResult call, SetupOptions options, RegistryOptions registryOptions, bool fromAws)
    {
        EnvironmentSnapshot environment = EnvironmentSnapshot.Take();
        if (AsUser.OwnerOfForeignHome(environment) is { } owner)
            return AsUser.RunAttached(owner, owner.CleanEnvironment(), [.. call.Tokens.Select(token => token.Value)]);
        List<RegistryArgument> registries = [.. registryOptions.RegistriesOf(call)];
        SetupMode mode = options.ModeOf(call);
        var report = new SetupReport(mode);
        if (fromAws)
            registries = RegistryOptions.WithAwsConfig(registries, environment, report);
        string directory =
            environment.DockerConfigDirectory
            ?? throw new HelperException(
                FailureKind.Configuration,
                "there is no home directory",
                "set HOME or DOCKER_CONFIG"
            );
        var home = new HomeSettings(environment, Path.Combine(directory, "config.json"))
        {
            Registries = registries,
            AsCredsStore = call.GetValue(registryOptions.CredsStore),
            Region = registryOptions.RegionOf(call),
        };
        if (call.GetValue(options.Undo))
            return Undo(home, registries, call.GetValue(registryOptions.InstallTo), mode, report);
        string? install = call.GetValue(registryOptions.InstallTo);
        if (registries.Count == 0 && !home.AsCredsStore && install is null)
        {
            throw new HelperException(
                FailureKind.Usage,
                fromAws
                    ? "no profile in ~/.aws/config names both an account (sso_account_id or role_arn) and a region"
                    : "which registry?",
                "give --registry HOST, --creds-store or --from-aws-config"
            );
        }
        List<ISetupStep> steps = [];
        if (registries.Count > 0 || home.AsCredsStore)
            steps.Add(new SetupRun(environment, mode, report).Prepare(home.Plans()));
        if (install is not null)
            steps.Add(new InstalledProgram(environment, install, report));
        SetupSteps.CarryOut(steps, mode, report);
        if (!call.GetValue(registryOptions.NoCheck) && !mode.IsDryRun)
            new ClosingCheck(environment, report).Resolve(ClientKind.Docker, registries.Select(one => one.Host));
        report.Print("nothing to do: everything is set up already");
        return 0;
    }

    private static int Undo(
        HomeSettings home,
        List<RegistryArgument> registries,
        string? install,
        SetupMode mode,
        SetupReport report
    )
    {
        var run = new SetupRun(home.Environment, mode, report);
        if (registries.Count == 0)
            run.Undo(home.Files(), null);
        foreach (RegistryArgument registry in registries)
            run.Undo(home.Files(), registry.Host);
        if (registries.Count == 0)
            InstalledProgram.Remove(home.Environment, install ?? "/usr/local/bin", mode, report);
        report.Print("nothing to take back: setup changed nothing here");
        return 0;
    }
}
