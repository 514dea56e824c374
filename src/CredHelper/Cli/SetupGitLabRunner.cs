using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary><c>setup gitlab-runner</c>: has the manager of GitLab Runner on this machine ask us.</summary>
internal static class SetupGitLabRunner
{
    private const string Name = "gitlab-runner";

    public static Command Create()
    {
        var mode = new SetupOptions();
        var registries = new RegistryOptions();
        var runner = new RunnerOptions();
        var command = new HelpfulCommand(
            Name,
            $"""
            Name this program where GitLab Runner's manager reads: <its home>/.docker/config.json, or config.toml.

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
        registries.AddTo(command);
        runner.AddTo(command);
        mode.AddTo(command);
        command.SetAction(call => Run(call, mode, registries, runner));
        return command;
    }

    private static int Run(
        ParseResult call,
        SetupOptions options,
        RegistryOptions registryOptions,
        RunnerOptions runnerOptions
    )
    {
        if (call.GetValue(runnerOptions.HandOver) is { } lost)
            return MisplacedConfig.HandOver(lost, options.ModeOf(call), call.GetValue(options.Undo));
        IReadOnlyList<RegistryArgument> registries = registryOptions.RegistriesOf(call);
        bool isUndo = call.GetValue(options.Undo),
            asStore = call.GetValue(registryOptions.CredsStore);
        string? install = call.GetValue(registryOptions.InstallTo);
        if (!isUndo && registries.Count == 0 && !asStore && install is null && !call.GetValue(runnerOptions.Jobs))
            throw new HelperException(
                FailureKind.Usage,
                "which registry?",
                "give --registry HOST or ACCOUNT/REGION, or --creds-store"
            );
        if (
            !isUndo
            && call.GetValue(runnerOptions.Runner) is not null
            && !call.GetValue(runnerOptions.Jobs)
            && call.GetValue(runnerOptions.Write) != RunnerOptions.WriteConfig
        )
            throw new HelperException(
                FailureKind.Usage,
                "--runner chooses among the runners of config.toml, and nothing would be written there",
                "add --write config-toml or --jobs"
            );
        if (call.GetValue(runnerOptions.Print) is { } what)
            return RunnerPrinting.Print(what, registries, asStore, registryOptions.RegionOf(call));

        EnvironmentSnapshot caller = EnvironmentSnapshot.Take();
        bool isChild = call.GetValue(runnerOptions.AsManager);
        RunnerManager manager = isChild
            ? RunnerManager.OfCaller(caller, call.GetRequiredValue(runnerOptions.Home))
            : RunnerManager.Find(caller, call.GetValue(runnerOptions.Config), call.GetValue(runnerOptions.Home));
        if (manager.IsInContainer && call.GetValue(runnerOptions.Home) is null)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"the manager ({manager.Process}) runs in a container with files of its own, which are not "
                    + "changed from outside",
                "give the container the program and its settings: --print compose or --print helm shows how"
            );
        }
        var setup = new RunnerSetup(
            caller,
            manager,
            options.ModeOf(call) with
            {
                IsRehearsal = call.GetValue(runnerOptions.Rehearse),
            }
        )
        {
            Registries = registries,
            AsCredsStore = asStore,
            Region = registryOptions.RegionOf(call),
            InstallTo = install,
            InConfig = call.GetValue(runnerOptions.Write) == RunnerOptions.WriteConfig,
            Runner = call.GetValue(runnerOptions.Runner),
            ForJobs = call.GetValue(runnerOptions.Jobs),
            IsChild = isChild,
            IsChecked = !call.GetValue(registryOptions.NoCheck),
        };
        return isUndo ? setup.Undo() : setup.Apply();
    }
}
