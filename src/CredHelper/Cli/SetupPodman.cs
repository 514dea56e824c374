using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Podman;
using CredHelper.PullResolution;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>
/// <c>setup podman</c>: podman, buildah and skopeo, which share their settings and know no credsStore.
/// </summary>
internal static class SetupPodman
{
    private const string Name = "podman";

    public static Command Create()
    {
        var mode = new SetupOptions();
        var registries = new RegistryOptions();
        var system = new Option<bool>("--system")
        {
            Description = "For every user and every registry: credential-helpers in /etc/containers/registries.conf.d.",
        };
        var command = new HelpfulCommand(
            Name,
            $"""
            Name this program in your auth.json of podman, buildah and skopeo, or for the whole machine.

            Examples:
              {HelperName.Program} setup {Name} --registry 123456789012/eu-west-1
              sudo {HelperName.Program} setup {Name} --system
              {HelperName.Program} setup {Name} --undo
            """
        )
        {
            system,
        };
        registries.AddWithoutStoreTo(command);
        mode.AddTo(command);
        command.SetAction(call => Run(call, mode, registries, call.GetValue(system)));
        return command;
    }

    private static int Run(ParseResult call, SetupOptions options, RegistryOptions registryOptions, bool forSystem)
    {
        EnvironmentSnapshot environment = EnvironmentSnapshot.Take();
        IReadOnlyList<RegistryArgument> registries = registryOptions.RegistriesOf(call);
        SetupMode mode = options.ModeOf(call);
        var report = new SetupReport(mode);
        var run = new SetupRun(environment, mode, report);
        var helpers = new PodmanHelpers(RegistriesConf.SystemDirectory);
        var home = new HomeSettings(environment, AuthFile(environment)) { Registries = registries };
        string? install = call.GetValue(registryOptions.InstallTo);
        if (call.GetValue(options.Undo))
        {
            if (forSystem)
                run.Undo([(helpers.Path, FileFormat.Toml)], null);
            else if (registries.Count == 0)
                run.Undo(home.Files(), null);
            foreach (RegistryArgument registry in forSystem ? [] : registries)
                run.Undo(home.Files(), registry.Host);
            if (registries.Count == 0)
                InstalledProgram.Remove(environment, install ?? "/usr/local/bin", mode, report);
            report.Print("nothing to take back: setup changed nothing here");
            return 0;
        }
        if (registries.Count == 0 && !forSystem && install is null)
            throw new HelperException(
                FailureKind.Usage,
                "which registry?",
                "give --registry HOST, or --system to be asked for every registry"
            );
        List<FilePlan> plans = [];
        if (!forSystem && registries.Count > 0)
            plans.AddRange(home.Plans());
        // For the whole machine only the identities are the caller's own.
        if (forSystem && registries.Any(registry => registry.Text != registry.Host))
            plans.AddRange(home.Plans().Skip(1));
        if (forSystem)
            plans.Add(helpers.Plan());
        List<ISetupStep> steps = [run.Prepare(plans)];
        if (install is not null)
            steps.Add(new InstalledProgram(environment, install, report));
        SetupSteps.CarryOut(steps, mode, report);
        if (forSystem && helpers.Overruling() is { } other)
            report.Warn(
                $"{other} comes later and has a list of its own, which counts instead; hint: add \""
                    + $"{HelperName.Short}\" there"
            );
        if (!call.GetValue(registryOptions.NoCheck) && !mode.IsDryRun)
            new ClosingCheck(environment, report).Resolve(ClientKind.Podman, registries.Select(one => one.Host));
        report.Print("nothing to do: everything is set up already");
        return 0;
    }

    private static string AuthFile(EnvironmentSnapshot environment) =>
        AuthFiles.ToWrite(environment)
        ?? throw new HelperException(
            FailureKind.Configuration,
            "there is no home directory",
            "set HOME or REGISTRY_AUTH_FILE"
        );
}
