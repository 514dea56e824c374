using System.CommandLine;
using CredHelper.Aws.Config;
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
        var options = new SetupOptions();
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
        options.AddTo(command);
        options.SetAction(command, (call, mode) => Run(call, mode, options, call.GetValue(fromAws)));
        return command;
    }

    private static int Run(ParseResult call, SetupMode mode, SetupOptions options, bool fromAws)
    {
        EnvironmentSnapshot environment = EnvironmentSnapshot.Take();
        if (AsUser.OwnerOfForeignHome(environment) is { } owner)
            return AsUser.RunAttached(owner, owner.CleanEnvironment(), [.. call.Tokens.Select(token => token.Value)]);
        var report = new SetupReport(mode);
        IReadOnlyList<RegistryArgument> registries = options.RegistriesOf(call);
        if (fromAws)
            registries = [.. registries, .. OfProfiles(environment, registries, report)];
        HomeSettings home = new(environment, ConfigPath(environment))
        {
            Registries = registries,
            AsCredsStore = call.GetValue(options.CredsStore),
            Region = options.RegionOf(call),
        };
        ClientSetup setup = options.ClientSetupOf(call, mode, ClientKind.Docker, environment, registries, report);
        if (call.GetValue(options.Undo))
            return setup.Undo(home.Files(), isWhole: false);
        bool writesHome = registries.Count > 0 || home.AsCredsStore;
        if (!writesHome && setup.InstallTo is null)
        {
            throw new HelperException(
                FailureKind.Usage,
                fromAws
                    ? "no profile in ~/.aws/config names both an account (sso_account_id or role_arn) and a region"
                    : "which registry?",
                "give --registry HOST, --creds-store or --from-aws-config"
            );
        }
        return setup.Apply(writesHome ? home.Plan() : []);
    }

    private static IReadOnlyList<RegistryArgument> OfProfiles(
        EnvironmentSnapshot environment,
        IReadOnlyList<RegistryArgument> given,
        SetupReport report
    )
    {
        ProfileRegistries found = ProfileRegistries.Of(AwsProfiles.Load(environment), given);
        foreach (string note in found.Notes)
            report.Note(note);
        return found.Registries;
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
