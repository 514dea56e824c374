using System.CommandLine;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>The options of a setup that writes which registries are ours.</summary>
internal sealed class RegistryOptions
{
    public Option<string[]> Registries { get; } =
        new("--registry", "-r")
        {
            Description =
                "A registry: HOST, ACCOUNT/REGION or public.ecr.aws; behind = the profile or role ARN that "
                + "signs in to it. May be given several times.",
            HelpName = "HOST[=PROFILE|=ROLE_ARN]",
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
        new("--no-check") { Description = "Do not try the result by asking for credentials." };

    public void AddTo(Command command)
    {
        command.Add(CredsStore);
        command.Add(Region);
        AddWithoutStoreTo(command);
    }

    /// <summary>For clients that know no <c>credsStore</c>.</summary>
    public void AddWithoutStoreTo(Command command)
    {
        foreach (Option option in new Option[] { Registries, InstallTo, NoCheck })
            command.Add(option);
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
                throw new HelperException(
                    FailureKind.Usage,
                    $"--registry {ForeignText.Clean(other.Text)} and --registry "
                        + $"{ForeignText.Clean(registry.Text)} contradict each other",
                    "give each registry once"
                );
            registries.Add(registry);
        }
        return registries;
    }

    /// <exception cref="HelperException">It is no region.</exception>
    public string? RegionOf(ParseResult call)
    {
        if (call.GetValue(Region) is not { } region)
            return null;
        return Partition.OfRegion(region) is not null
            ? region
            : throw new HelperException(
                FailureKind.Usage,
                $"'{ForeignText.Clean(region)}' is not a region",
                "a region such as eu-west-1"
            );
    }

    /// <summary>
    /// Profiles of ~/.aws/config that tell both a region and an account, as registries with the profile that signs in,
    /// behind
    /// those that were given, which count. Of several for one registry the first counts, and the others are named.
    /// </summary>
    public static List<RegistryArgument> WithAwsConfig(
        IReadOnlyList<RegistryArgument> given,
        EnvironmentSnapshot environment,
        SetupReport report
    )
    {
        AwsProfiles profiles = AwsProfiles.Load(environment);
        var found = new List<RegistryArgument>();
        foreach (string name in profiles.Names)
        {
            AwsProfile profile = profiles.FindOrEmpty(name);
            string? account = profile["sso_account_id"] ?? profile["role_arn"]?.Split(':').ElementAtOrDefault(4);
            if (
                account is not { Length: 12 }
                || !account.All(char.IsAsciiDigit)
                || profile["region"] is not { } region
                || Partition.OfRegion(region) is null
            )
                continue;
            var registry = new RegistryArgument(EcrRegistry.OfAccount(account, region), name, null);
            if (given.Any(one => one.Host == registry.Host))
                continue;
            if (found.Find(one => one.Host == registry.Host) is { } first)
                report.Note(
                    $"{registry.Host}: profile '{ForeignText.Clean(first.Profile)}' signs in, not '"
                        + $"{ForeignText.Clean(name)}', which is for it as well; --registry {registry.Host}=PROFILE "
                        + "chooses"
                );
            else
                found.Add(registry);
        }
        return [.. given, .. found];
    }
}
