using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Podman;
using CredHelper.Processes;
using CredHelper.PullResolution;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>
/// <c>setup podman</c>: podman, buildah and skopeo, which share their configuration and do not support credsStore.
/// </summary>
internal static class SetupPodman
{
    private const string Name = "podman";

    public static Command Create()
    {
        var options = new SetupOptions();
        var system = new Option<bool>("--system")
        {
            Description = "Configure every user and every registry, in /etc/containers/registries.conf.d",
        };
        var command = new HelpfulCommand(
            Name,
            $"""
            Configure podman, buildah and skopeo to use this helper, for you or for every user

            Examples:
              {HelperName.Program} setup {Name} --registry 123456789012/eu-west-1
              {HelperName.Program} setup {Name} --from-aws-config --dry-run
              sudo {HelperName.Program} setup {Name} --system
              sudo {HelperName.Program} setup {Name} --system --route '*.gcr.io=gcloud'
              {HelperName.Program} setup {Name} --undo
            """
        )
        {
            options.FromAwsConfig,
            system,
        };
        options.AddWithoutStoreTo(command);
        options.SetAction(command, (call, mode) => Run(call, mode, options, call.GetValue(system)));
        return command;
    }

    private static int Run(ParseResult call, SetupMode mode, SetupOptions options, bool forSystem)
    {
        EnvironmentSnapshot environment = EnvironmentSnapshot.Take();
        if (AsUser.OwnerOfForeignHome(environment) is { } owner)
        {
            if (!forSystem)
                return options.RunAsOwner(owner, call);
            // Otherwise root would check the credentials with the settings of that user.
            throw new HelperException(
                FailureKind.Configuration,
                $"HOME={ForeignText.Clean(environment.Home)} belongs to {owner.Name}, not to root",
                $"env HOME=/root {mode.Command}"
            );
        }
        var report = new SetupReport(mode);
        IReadOnlyList<RegistryArgument> registries = options.RegistriesOf(call, environment, report);
        var helpers = new PodmanHelpers(RegistriesConf.SystemDirectory);
        HomeSettings home = new(environment, AuthFile(environment))
        {
            Registries = registries,
            Routes = options.RoutesOf(call),
            Client = ClientKind.Podman,
            IsConfigElsewhere = forSystem,
        };
        ClientSetup setup = options.ClientSetupOf(
            call,
            mode,
            ClientKind.Podman,
            environment,
            registries,
            report,
            forSystem
        );
        if (call.GetValue(options.Undo))
            return setup.Undo(forSystem ? [(helpers.Path, FileFormat.Toml)] : home.Files(), isWhole: forSystem);
        bool writesHome = registries.Count > 0 || home.Routes.Count > 0;
        if (!writesHome && !forSystem && setup.InstallTo is null)
        {
            throw new HelperException(
                FailureKind.Usage,
                "no registry given",
                "add --registry HOST or --from-aws-config, or --system for every registry"
            );
        }

        if (!forSystem)
            return setup.Apply(writesHome ? home.Plan() : []);
        if (helpers.Overruling() is { } other)
        {
            report.Warn(
                $"{other} is read later, and its list of helpers replaces this one; hint: add \""
                    + $"{HelperName.Short}\" to that list"
            );
        }
        // The helper entry goes to /etc; only the identities are written to the caller's home.
        return setup.Apply([.. home.Plan(), helpers.Plan()]);
    }

    private static string AuthFile(EnvironmentSnapshot environment) =>
        AuthFiles.ToWrite(environment)
        ?? throw new HelperException(
            FailureKind.Configuration,
            "there is no home directory",
            "set HOME or REGISTRY_AUTH_FILE"
        );
}
