using System.CommandLine;
using System.CommandLine.Parsing;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;
using CredHelper.Registry;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>The options of the setup commands for docker, podman and GitLab Runner.</summary>
internal sealed class SetupOptions
{
    public Option<bool> DryRun { get; } =
        new("--dry-run") { Description = "Print a unified diff of every file and change nothing" };

    public Option<bool> Undo { get; } =
        new("--undo") { Description = "Undo setup (all of it, or only the given registries)" };

    public Option<bool> Yes { get; } =
        new("--yes", "-y") { Description = "Do not prompt before removing or replacing settings" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object" };

    public Option<string[]> Registries { get; } =
        new("--registry", "-r")
        {
            Description =
                "Registry, optionally with a profile or role; HOST may be ACCOUNT/REGION or public.ecr.aws "
                + "(repeatable)",
            HelpName = "HOST[=PROFILE|=ROLE_ARN]",
        };

    public Option<string[]> Routes { get; } =
        new("--route")
        {
            Description =
                "Credential helper for registries other than ECR, by host or pattern, such as '*.gcr.io=gcloud' "
                + "(repeatable)",
            HelpName = "PATTERN=HELPER",
        };

    public Option<bool> CredsStore { get; } =
        new("--creds-store") { Description = "Use this helper for every registry (credsStore)" };

    public Option<string> Region { get; } =
        new("--region")
        {
            Description = "Region that --creds-store writes to ~/.aws/config if that file has none",
            HelpName = "REGION",
        };

    public Option<string> InstallTo { get; } =
        new("--install-to")
        {
            Description = "Copy this program to a directory of the PATH, such as /usr/local/bin",
            HelpName = "DIR",
        };

    public Option<bool> NoCheck { get; } = new("--no-check") { Description = "Skip the final credential check" };

    /// <summary>Only for docker and podman, which use the profiles of the user who runs them.</summary>
    public Option<bool> FromAwsConfig { get; } =
        new("--from-aws-config")
        {
            Description = "Add the registry of every profile in ~/.aws/config that has an account and a region",
        };

    /// <param name="more">Options of the command, listed before those that every setup has.</param>
    public void AddTo(Command command, params IEnumerable<Option> more)
    {
        command.Add(CredsStore);
        command.Add(Region);
        AddWithoutStoreTo(command, more);
    }

    /// <summary>Adds the options for clients that do not support <c>credsStore</c>.</summary>
    public void AddWithoutStoreTo(Command command, params IEnumerable<Option> more)
    {
        foreach (Option option in (Option[])[Registries, Routes, InstallTo, NoCheck, .. more, DryRun, Undo, Yes, Json])
            command.Add(option);
    }

    /// <summary>Sets the action of a command. Hints of its failures repeat the given command.</summary>
    /// <param name="refine">Changes the mode by options that only this command has.</param>
    public void SetAction(
        Command command,
        Func<ParseResult, SetupMode, int> run,
        Func<ParseResult, SetupMode, SetupMode>? refine = null
    ) =>
        command.SetAction(call =>
        {
            SetupMode mode = refine is null ? ModeOf(call) : refine(call, ModeOf(call));
            try
            {
                return run(call, mode);
            }
            catch (HelperException exception) when (exception.NeedsRoot)
            {
                throw mode.Command.Explain(exception);
            }
        });

    private SetupMode ModeOf(ParseResult call) =>
        new(
            call.GetValue(DryRun),
            call.GetValue(Yes),
            call.GetValue(Json),
            GivenCommand.Of(EnvironmentSnapshot.Take(), [.. call.Tokens.Select(token => token.Value)])
        );

    /// <summary>
    /// Repeats the call as the owner of HOME, because root was given the home directory of another user.
    /// </summary>
    public int RunAsOwner(Account owner, ParseResult call)
    {
        // The child process has another working directory, so a relative path is made absolute.
        string? relative = call.GetValue(InstallTo);
        return AsUser.RunAttached(
            owner,
            owner.CleanEnvironment(),
            [
                .. call.Tokens.Select(token =>
                    token.Type == TokenType.Argument && token.Value == relative
                        ? Path.GetFullPath(relative)
                        : token.Value
                ),
            ]
        );
    }

    /// <summary>Creates the setup of docker or podman from the options.</summary>
    public ClientSetup ClientSetupOf(
        ParseResult call,
        SetupMode mode,
        ClientKind client,
        EnvironmentSnapshot environment,
        IReadOnlyList<RegistryArgument> registries,
        SetupReport report,
        bool isAskedForAll
    ) =>
        new(client, environment, mode, report)
        {
            Registries = registries,
            Routes = RoutesOf(call),
            IsAskedForAll = isAskedForAll,
            InstallTo = call.GetValue(InstallTo),
            IsChecked = !call.GetValue(NoCheck),
            Region = RegionOf(call),
        };

    /// <exception cref="HelperException">One of them is not of the form PATTERN=HELPER.</exception>
    public IReadOnlyList<RouteArgument> RoutesOf(ParseResult call) =>
        [.. (call.GetValue(Routes) ?? []).Select(RouteArgument.Parse).Distinct()];

    /// <summary>The given registries and, with <see cref="FromAwsConfig"/>, those of the profiles.</summary>
    /// <exception cref="HelperException">One is not an ECR registry, two contradict each other, or no profile has a
    /// registry.</exception>
    public IReadOnlyList<RegistryArgument> RegistriesOf(
        ParseResult call,
        EnvironmentSnapshot environment,
        SetupReport report
    )
    {
        IReadOnlyList<RegistryArgument> given = RegistriesOf(call);
        if (!call.GetValue(FromAwsConfig))
            return given;
        ProfileRegistries found = ProfileRegistries.Of(AwsProfiles.Load(environment), given);
        if (given.Count + found.Registries.Count == 0)
        {
            throw new HelperException(
                FailureKind.Usage,
                "no profile in ~/.aws/config has both an account (sso_account_id or role_arn) and a region",
                "add --registry HOST"
            );
        }
        foreach (string note in found.Notes)
            report.Note(note);
        return [.. given, .. found.Registries];
    }

    /// <exception cref="HelperException">One is not an ECR registry, or two contradict each other.</exception>
    public IReadOnlyList<RegistryArgument> RegistriesOf(ParseResult call)
    {
        var registries = new List<RegistryArgument>();
        foreach (
            RegistryArgument registry in (call.GetValue(Registries) ?? []).Select(RegistryArgument.Parse).Distinct()
        )
        {
            if (registries.Find(one => one.Host == registry.Host) is { } other)
            {
                throw new HelperException(
                    FailureKind.Usage,
                    $"--registry {ForeignText.Clean(other.Text)} and --registry "
                        + $"{ForeignText.Clean(registry.Text)} contradict each other",
                    "name each registry once"
                );
            }

            registries.Add(registry);
        }
        return registries;
    }

    /// <exception cref="HelperException">It is not a region.</exception>
    public string? RegionOf(ParseResult call)
    {
        string? region = call.GetValue(Region);
        if (region is not null && Partition.OfRegion(region) is null)
        {
            throw new HelperException(
                FailureKind.Usage,
                $"'{ForeignText.Clean(region)}' is not a region",
                "use a region such as eu-west-1"
            );
        }

        return region;
    }
}
