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

/// <summary>The options of a setup that writes which registries are ours, and undoes it.</summary>
internal sealed class SetupOptions
{
    public Option<bool> DryRun { get; } =
        new("--dry-run") { Description = "Print a unified diff of every file and change nothing." };

    public Option<bool> Undo { get; } =
        new("--undo") { Description = "Take back what setup added: with --registry that registry, else all of it." };

    public Option<bool> Yes { get; } =
        new("--yes", "-y")
        {
            Description = "Do not prompt before removing or replacing settings, and write what would not work.",
        };

    public Option<bool> Json { get; } =
        new("--json") { Description = "Print one JSON object; changed says whether anything was." };

    public Option<string[]> Registries { get; } =
        new("--registry", "-r")
        {
            Description =
                "A registry: HOST, ACCOUNT/REGION or public.ecr.aws; behind = the profile or role ARN that "
                + "signs in to it. May be given several times.",
            HelpName = "HOST[=PROFILE|=ROLE_ARN]",
        };

    public Option<string[]> Routes { get; } =
        new("--route")
        {
            Description =
                "Another credential helper for registries other than ECR, by host or pattern, such as "
                + "'*.gcr.io=gcloud'. May be given several times.",
            HelpName = "PATTERN=HELPER",
        };

    public Option<bool> CredsStore { get; } =
        new("--creds-store") { Description = "Have docker ask for every registry, and keep its other logins." };

    public Option<string> Region { get; } =
        new("--region")
        {
            Description = "Region that --creds-store writes to ~/.aws/config where that names none.",
            HelpName = "REGION",
        };

    public Option<string> InstallTo { get; } =
        new("--install-to")
        {
            Description = "Copy this program to a directory of the PATH, such as /usr/local/bin.",
            HelpName = "DIR",
        };

    public Option<bool> NoCheck { get; } =
        new("--no-check") { Description = "Skip the checks of program, profiles and credentials." };

    /// <summary>For docker and podman, which read a person's own profiles.</summary>
    public Option<bool> FromAwsConfig { get; } =
        new("--from-aws-config")
        {
            Description = "Add the registry of every profile in ~/.aws/config that names an account and a region.",
        };

    /// <param name="more">Options of the command, listed before those that every setup has.</param>
    public void AddTo(Command command, params IEnumerable<Option> more)
    {
        command.Add(CredsStore);
        command.Add(Region);
        AddWithoutStoreTo(command, more);
    }

    /// <summary>For clients that know no <c>credsStore</c>.</summary>
    public void AddWithoutStoreTo(Command command, params IEnumerable<Option> more)
    {
        foreach (Option option in (Option[])[Registries, Routes, InstallTo, NoCheck, .. more, DryRun, Undo, Yes, Json])
            command.Add(option);
    }

    /// <summary>Sets what the command does. Its failures get remedies that repeat the command.</summary>
    /// <param name="refine">What options of the command alone change in the mode.</param>
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

    /// <summary>Root was given the home of another user: the same call in a process of that user.</summary>
    public int RunAsOwner(Account owner, ParseResult call)
    {
        // That process works in another directory.
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

    /// <summary>The setup of docker or podman that the call asks for.</summary>
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

    /// <exception cref="HelperException">One of them is not a pattern and a helper.</exception>
    public IReadOnlyList<RouteArgument> RoutesOf(ParseResult call) =>
        [.. (call.GetValue(Routes) ?? []).Select(RouteArgument.Parse).Distinct()];

    /// <summary>The given registries and, with <see cref="FromAwsConfig"/>, those of the profiles.</summary>
    /// <exception cref="HelperException">One is not a registry, two contradict each other, or no profile has
    /// one.</exception>
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
                "no profile in ~/.aws/config names both an account (sso_account_id or role_arn) and a region",
                "give --registry HOST"
            );
        }
        foreach (string note in found.Notes)
            report.Note(note);
        return [.. given, .. found.Registries];
    }

    /// <exception cref="HelperException">One of them is none, or two say different things of one registry.</exception>
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
                    "give each registry once"
                );
            }

            registries.Add(registry);
        }
        return registries;
    }

    /// <exception cref="HelperException">It is no region.</exception>
    public string? RegionOf(ParseResult call)
    {
        string? region = call.GetValue(Region);
        if (region is not null && Partition.OfRegion(region) is null)
        {
            throw new HelperException(
                FailureKind.Usage,
                $"'{ForeignText.Clean(region)}' is not a region",
                "a region such as eu-west-1"
            );
        }

        return region;
    }
}
