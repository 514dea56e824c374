using CredHelper.Aws.Config;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Setup;

/// <summary>
/// What a setup wants in one user's home: the docker config that names us, the registry map with the identities, and a
/// region for <c>list</c>. The same for a person and for a runner's manager.
/// </summary>
/// <param name="Environment">Of the user whose home it is.</param>
/// <param name="DockerConfig">The config.json that the program which pulls will read.</param>
internal sealed record HomeSettings(EnvironmentSnapshot Environment, string DockerConfig)
{
    /// <summary>Our name behind <c>docker-credential-</c>.</summary>
    private static readonly string Helper = JsonEdit.Quote(HelperName.Short);

    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    /// <summary>Whether we are to be asked for every registry.</summary>
    public bool AsCredsStore { get; init; }

    /// <summary>
    /// True for a runner's manager: as <c>credsStore</c> it gets only what <c>list</c> names, so each registry is
    /// written
    /// down, and no job's <c>docker login</c> may outrank the manager's own identity.
    /// </summary>
    public bool ForRunner { get; init; }

    /// <summary>Written to ~/.aws/config where <see cref="AsCredsStore"/> needs one and there is none.</summary>
    public string? Region { get; init; }

    /// <summary>
    /// The helper whose place we take elsewhere, in config.toml; it becomes our fallback as one in the home does.
    /// </summary>
    public string? ReplacedStore { get; init; }

    /// <summary>A docker config that is never read, whose content moves here.</summary>
    public MisplacedConfig? Lost { get; init; }

    public string MapPath =>
        Environment.PathOf("AWS_ECR_CONFIG", ".ecr/config")
        ?? throw new HelperException(
            FailureKind.Configuration,
            "there is no home directory to keep the registry map in",
            "set HOME"
        );

    public string? AwsConfigPath => Environment.PathOf("AWS_CONFIG_FILE", ".aws/config");

    /// <summary>Every file that a setup of this home may write, for undo.</summary>
    public IEnumerable<(string Path, FileFormat Format)> Files()
    {
        yield return (DockerConfig, FileFormat.Json);
        yield return (MapPath, FileFormat.Ini);
        if (AwsConfigPath is { } aws)
            yield return (aws, FileFormat.Ini);
    }

    /// <exception cref="HelperException">A region is missing, or a file makes no sense.</exception>
    public IReadOnlyList<FilePlan> Plans()
    {
        var plans = new List<FilePlan> { new(DockerConfig, FileFormat.Json, DockerWishes) };
        string? replaced =
            ReplacedStore is not null ? ReplacedStore
            : AsCredsStore
            && (JsonEdit.Unquote(Current("credsStore")) ?? Lost?.Store) is { Length: > 0 } other
            && other != HelperName.Short
                ? other
            : null;
        List<DesiredValue> map = [.. MapWishes(replaced)];
        if (map.Count > 0)
            plans.Add(new FilePlan(MapPath, FileFormat.Ini, _ => map) { Check = text => CheckMap(text) });
        if (AsCredsStore && RegionPlan() is { } region)
            plans.Add(region);
        return plans;
    }

    private string? Current(string name) =>
        JsonEdit.Parse(DockerConfig, EditableFile.Open(DockerConfig).Content ?? []).Find(name);

    private List<DesiredValue> DockerWishes(IEditableText text)
    {
        var config = (JsonEdit)text;
        var wishes = new List<DesiredValue>();
        foreach (RegistryArgument registry in Registries)
        {
            string? other = JsonEdit.Unquote(config.Find("credHelpers", registry.Host));
            wishes.Add(
                new DesiredValue(
                    ["credHelpers", registry.Host],
                    Helper,
                    $"'{other}' is asked for it now",
                    registry.Host
                )
            );
        }
        if (AsCredsStore)
        {
            string? other = JsonEdit.Unquote(config.Find("credsStore"));
            wishes.Add(
                new DesiredValue(
                    ["credsStore"],
                    Helper,
                    $"'{other}' keeps the logins now; it becomes our fallback, so none is lost"
                )
            );
        }
        foreach (string key in config.Names("auths"))
        {
            if (OursOf(key) is not { } registry)
                continue;
            string why =
                config.Find("auths", key) is { } entry
                && entry.Length > 2
                && entry.Contains(':', StringComparison.Ordinal)
                    ? "an ECR login kept in the file ends after 12 hours and would be used instead of us"
                    : "the empty entry makes a runner pull without credentials";
            wishes.Add(new DesiredValue(["auths", key], null, why, registry.Host));
        }
        return Lost is null
            ? wishes
            : [.. wishes, .. Lost.MissingIn(config).Where(wish => IsWelcome(wish.Path, wishes, config))];
    }

    /// <summary>
    /// Whether something of the file that is never read may come in: nothing that outranks us or an entry for us.
    /// </summary>
    private bool IsWelcome(string[] path, List<DesiredValue> wishes, JsonEdit config) =>
        !wishes.Any(own => own.Path.AsSpan().SequenceEqual(path))
        && !(
            path is ["auths", var key]
            && EcrRegistry.TryParse(key, out EcrRegistry? registry)
            && (OursOf(key) is not null || config.Find("credHelpers", registry.Host) is not null)
        );

    /// <summary>The registry of a login that would be used instead of us; null where we are not asked for it.</summary>
    private EcrRegistry? OursOf(string key) =>
        EcrRegistry.TryParse(key, out EcrRegistry? registry)
        && (AsCredsStore || Registries.Any(one => one.Host == registry.Host))
            ? registry
            : null;

    private IEnumerable<DesiredValue> MapWishes(string? replacedStore)
    {
        foreach (RegistryArgument registry in Registries)
        {
            if (registry.Profile is { } profile)
                yield return new DesiredValue(
                    [registry.Host, "profile"],
                    profile,
                    "another profile stands there",
                    registry.Host
                );
            else if (registry.RoleArn is { } role)
                yield return new DesiredValue(
                    [registry.Host, "role_arn"],
                    role,
                    "another role stands there",
                    registry.Host
                );
            else if (ForRunner && AsCredsStore)
                yield return new DesiredValue(
                    [registry.Host, "region"],
                    registry.Registry.Region,
                    "another region stands there",
                    registry.Host
                );
        }
        if (replacedStore is not null)
            yield return new DesiredValue(
                [RegistryConfigurationKeys.DefaultHeader, "fallback"],
                replacedStore,
                "another fallback stands there"
            );
        if (ForRunner)
            yield return new DesiredValue(
                [RegistryConfigurationKeys.DefaultHeader, "store_ecr_logins"],
                "false",
                "a job's docker login to ECR would outrank the manager's identity"
            );
    }

    private FilePlan? RegionPlan()
    {
        AwsSettings settings = AwsSettings.Resolve(Environment, AwsProfiles.Load(Environment), null);
        if (settings.Region is not null)
            return null;
        if (Region is null || AwsConfigPath is not { } path)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"as credsStore a region is needed, and {AwsConfigPath ?? "~/.aws/config"} names none",
                "give --region eu-west-1 (it is written there), or use credHelpers, which need none"
            );
        }
        string section =
            settings.ProfileName == AwsSettings.DefaultProfile
                ? AwsSettings.DefaultProfile
                : $"profile {settings.ProfileName}";
        return new FilePlan(path, FileFormat.Ini, _ => [new DesiredValue([section, "region"], Region)]);
    }

    private void CheckMap(byte[] text) =>
        RegistryConfiguration.Of(
            RegistryConfigurationFile.Parse(MapPath, System.Text.Encoding.UTF8.GetString(text).TrimStart('\uFEFF'))
        );
}
