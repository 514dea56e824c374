using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary><c>setup gitlab-runner</c>: configures the runner manager of this machine to use this helper.</summary>
internal static class SetupGitLabRunner
{
    private const string Name = "gitlab-runner";

    public static Command Create()
    {
        var options = new SetupOptions();
        var runner = new RunnerOptions();
        var command = new HelpfulCommand(
            Name,
            $"""
            Configure GitLab Runner to use this helper (.docker/config.json of the runner manager, or config.toml)

            Examples:
              sudo {HelperName.Program} setup {Name} --registry 123456789012/eu-west-1 --install-to /usr/local/bin
              sudo {HelperName.Program} setup {Name} \
                --registry 210987654321/eu-west-1=arn:aws:iam::210987654321:role/pull
              sudo {HelperName.Program} setup {Name} \
                --registry 123456789012/eu-west-1 --write config-toml --runner docker-1
              {HelperName.Program} setup {Name} --registry 123456789012/eu-west-1 --print variable
              sudo {HelperName.Program} setup {Name} --undo
            """
        );
        options.AddTo(command, runner.All);
        options.SetAction(command, (call, mode) => Run(call, mode, options, runner), runner.ModeOf);
        return command;
    }

    private static int Run(ParseResult call, SetupMode mode, SetupOptions options, RunnerOptions runnerOptions)
    {
        EnvironmentSnapshot caller = EnvironmentSnapshot.Take();
        if (call.GetValue(runnerOptions.HandOver) is { } misplaced)
            return MisplacedConfig.HandOver(misplaced, mode, call.GetValue(options.Undo));
        IReadOnlyList<RegistryArgument> registries = options.RegistriesOf(call);
        IReadOnlyList<RouteArgument> routes = options.RoutesOf(call);
        bool asStore = call.GetValue(options.CredsStore);
        bool isUndo = call.GetValue(options.Undo);
        if (!isUndo)
            RequirePurpose(call, options, runnerOptions, registries.Count > 0 || routes.Count > 0 || asStore);
        if (call.GetValue(runnerOptions.Print) is { } what)
            return RunnerPrinting.Print(what, registries, asStore, options.RegionOf(call));

        var setup = new RunnerSetup(caller, FindManager(call, runnerOptions, caller, mode.Command, isUndo), mode)
        {
            Registries = registries,
            Routes = routes,
            AsCredsStore = asStore,
            Region = options.RegionOf(call),
            InstallTo = call.GetValue(options.InstallTo),
            InConfig = runnerOptions.IsConfigWritten(call),
            Runner = call.GetValue(runnerOptions.Runner),
            ForJobs = call.GetValue(runnerOptions.Jobs),
            IsChild = call.GetValue(runnerOptions.AsManager),
            IsChecked = !call.GetValue(options.NoCheck),
        };
        return isUndo ? setup.Undo() : setup.Apply();
    }

    /// <exception cref="HelperException">There is nothing to set up.</exception>
    private static void RequirePurpose(
        ParseResult call,
        SetupOptions options,
        RunnerOptions runnerOptions,
        bool isForRegistries
    )
    {
        bool isForJobs = call.GetValue(runnerOptions.Jobs);
        if (!isForRegistries && !isForJobs && call.GetValue(options.InstallTo) is null)
        {
            throw new HelperException(
                FailureKind.Usage,
                "no registry given",
                "add --registry HOST or ACCOUNT/REGION, or --creds-store"
            );
        }

        bool writesConfig = isForJobs || runnerOptions.IsConfigWritten(call);
        if (call.GetValue(runnerOptions.Runner) is not null && !writesConfig)
        {
            throw new HelperException(
                FailureKind.Usage,
                "--runner chooses a runner of config.toml, but no option writes to that file",
                "add --write config-toml or --jobs"
            );
        }
    }

    private static RunnerManager FindManager(
        ParseResult call,
        RunnerOptions options,
        EnvironmentSnapshot caller,
        GivenCommand command,
        bool isUndo
    )
    {
        string? home = call.GetValue(options.Home);
        RunnerManager manager = call.GetValue(options.AsManager)
            ? RunnerManager.OfCaller(caller, call.GetRequiredValue(options.Home))
            : RunnerManager.Find(caller, call.GetValue(options.Config), home);
        if (manager.Rivals.Count > 0)
        {
            throw new HelperException(
                FailureKind.Configuration,
                Rival.Describe(manager.Rivals),
                manager.Rivals[0].Config is { } config
                    ? command.With("--runner-config", config).ToString()
                    : "stop the runner managers that you do not use"
            );
        }
        if (!manager.IsInContainer || home is not null)
            return manager;
        throw new HelperException(
            FailureKind.Configuration,
            $"the runner manager ({manager.Process}) runs in a container, and setup does not change files in "
                + "containers",
            isUndo
                ? $"remove the settings of --print {RunnerPrinting.Compose} from the container, or add --runner-home "
                    + "with the home of the manager that was set up"
                : $"{command.With("--print", RunnerPrinting.Compose)} (or {RunnerPrinting.Helm}), to print the "
                    + "settings for the container"
        );
    }
}
