using CredHelper.Aws.Config;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;
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
    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    public IReadOnlyList<RouteArgument> Routes { get; init; } = [];

    /// <summary>The client that reads the docker config, which decides how a registry is named there.</summary>
    public ClientKind Client { get; init; } = ClientKind.Docker;

    /// <summary>
    /// Whether the docker config that names us is not in this home, so that it gets the identities alone.
    /// </summary>
    public bool IsConfigElsewhere { get; init; }

    /// <summary>Whether we are to be asked for every registry.</summary>
    public bool AsCredsStore { get; init; }

    /// <summary>
    /// True for a runner's manager: as <c>credsStore</c> it gets only what <c>list</c> names, so each registry is
    /// written down, and no job's <c>docker login</c> may outrank the manager's own identity.
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
        yield return (MapPath, FileFormat.Registries);
        if (AwsConfigPath is { } aws)
            yield return (aws, FileFormat.Aws);
    }

    /// <exception cref="HelperException">A region is missing, or a file makes no sense.</exception>
    public IReadOnlyList<PlannedChange> Plan()
    {
        var changes = new List<PlannedChange>();
        if (!IsConfigElsewhere)
        {
            changes.Add(
                PlannedChange.Of(new DesiredFile(DockerConfig, FileFormat.Json, text => Config((JsonEdit)text)))
            );
        }

        List<DesiredValue> identities =
        [
            .. Identities(),
            .. Routes.Select(route => route.InConfiguration),
            .. Defaults(FallbackStore()),
        ];
        if (identities.Count > 0)
        {
            changes.Add(
                PlannedChange.Of(
                    new DesiredFile(MapPath, FileFormat.Registries, _ => identities) { Check = RequireValidMap }
                )
            );
        }

        if (AsCredsStore && MissingRegion() is { } region)
            changes.Add(PlannedChange.Of(region));
        return changes;
    }

    /// <summary>The helper whose place we take as <c>credsStore</c>, and which becomes our fallback.</summary>
    private string? FallbackStore()
    {
        string? store = ReplacedStore;
        if (store is null && AsCredsStore)
        {
            byte[] content = EditableFile.Open(DockerConfig).Content ?? [];
            store = JsonEdit.Unquote(JsonEdit.Parse(DockerConfig, content).Find("credsStore")) ?? Lost?.Store;
        }
        return store is not null && CanBeFallback(store) ? store : null;
    }

    /// <summary>
    /// A helper that is not here (<c>desktop.exe</c>, <c>osxkeychain</c> from another machine) keeps no logins, and as
    /// a fallback would fail each request.
    /// </summary>
    private bool CanBeFallback(string store) =>
        store.Length > 0
        && !HelperProgram.IsOurs(store)
        && SearchPath.Find(Environment, HelperProgram.Of(store)) is not null;

    private List<DesiredValue> Config(JsonEdit config)
    {
        List<DesiredValue> own =
        [
            .. Helpers(config),
            .. HelperNames.Corrected(Environment, [], path => config.Find(path), path => config.Names(path)),
            .. OutrankingLogins(config),
        ];
        return Lost is null ? own : [.. own, .. Lost.MissingIn(config).Where(value => IsWelcome(value, own, config))];
    }

    private IEnumerable<DesiredValue> Helpers(JsonEdit config)
    {
        foreach (RegistryArgument registry in Registries)
        {
            string? other = JsonEdit.Unquote(config.Find("credHelpers", registry.Host));
            yield return new DesiredValue(
                ["credHelpers", registry.Host],
                HelperNames.Own,
                other is null ? null : HelperNames.WhyAnother(other),
                registry.Host
            );
        }
        foreach (DesiredValue value in Routes.Select(route => route.InCredHelpers(Client)).OfType<DesiredValue>())
            yield return value;
        if (!AsCredsStore)
            yield break;
        string? store = JsonEdit.Unquote(config.Find("credsStore"));
        yield return new DesiredValue(["credsStore"], HelperNames.Own, store is null ? null : WhyReplaced(store));
    }

    private string WhyReplaced(string store)
    {
        if (HelperProgram.IsOurs(store))
            return HelperNames.WhyAnother(store);
        return CanBeFallback(store)
            ? $"'{store}' keeps the logins now; it becomes our fallback, so none is lost"
            : $"{HelperProgram.NotOnPath(store)}, so it keeps no logins and does not become our fallback";
    }

    /// <summary>Entries in <c>auths</c> that would be used instead of us go away.</summary>
    private IEnumerable<DesiredValue> OutrankingLogins(JsonEdit config)
    {
        foreach (string key in config.Names("auths"))
        {
            if (OursOf(key) is not { } registry)
                continue;
            string entry = config.Find("auths", key) ?? "";
            string why = entry.Contains(':', StringComparison.Ordinal)
                ? "an ECR login kept in the file ends after 12 hours and would be used instead of us"
                : "the empty entry makes a runner pull without credentials";
            yield return new DesiredValue(["auths", key], null, why, registry.Host);
        }
    }

    /// <summary>
    /// Whether something of the file that is never read may come in: nothing that outranks us or an entry for us.
    /// </summary>
    private bool IsWelcome(DesiredValue value, List<DesiredValue> own, JsonEdit config)
    {
        if (own.Exists(other => other.Path.AsSpan().SequenceEqual(value.Path)))
            return false;
        if (value.Path is not ["auths", var key] || !EcrRegistry.TryParse(key, out EcrRegistry? registry))
            return true;
        return OursOf(key) is null && config.Find("credHelpers", registry.Host) is null;
    }

    /// <summary>The registry of a login that would be used instead of us; null if we are not asked for it.</summary>
    private EcrRegistry? OursOf(string key) =>
        EcrRegistry.TryParse(key, out EcrRegistry? registry)
        && (AsCredsStore || Registries.Any(one => one.Host == registry.Host))
            ? registry
            : null;

    private IEnumerable<DesiredValue> Identities()
    {
        foreach (RegistryArgument registry in Registries)
        {
            if (registry.Profile is { } profile)
                yield return Identity(registry, "profile", profile, "another profile stands there");
            else if (registry.RoleArn is { } role)
                yield return Identity(registry, "role_arn", role, "another role stands there");
            else if (ForRunner && AsCredsStore)
                yield return Identity(registry, "region", registry.Registry.Region, "another region stands there");
        }
    }

    private static DesiredValue Identity(RegistryArgument registry, string key, string value, string why) =>
        new([registry.Host, key], value, why, registry.Host);

    private IEnumerable<DesiredValue> Defaults(string? fallback)
    {
        if (fallback is not null)
        {
            yield return new DesiredValue(
                [RegistryConfigurationKeys.DefaultHeader, "fallback"],
                fallback,
                "another fallback stands there"
            );
        }

        if (ForRunner)
        {
            yield return new DesiredValue(
                [RegistryConfigurationKeys.DefaultHeader, "store_ecr_logins"],
                "false",
                "a job's docker login to ECR would outrank the manager's identity"
            );
        }
    }

    /// <summary>The region in the AWS configuration; null if one is there.</summary>
    private DesiredFile? MissingRegion()
    {
        AwsSettings settings = AwsSettings.Resolve(Environment, AwsProfiles.Load(Environment), null);
        if (settings.Region is not null)
            return null;
        if (Region is null || AwsConfigPath is not { } path)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"as credsStore a region is needed, and {AwsConfigPath ?? "~/.aws/config"} names none",
                $"add --region {(Registries is [var first, ..] ? first.Registry.Region : "eu-west-1")} (it is written "
                    + "there), or use --registry without --creds-store"
            );
        }
        string section =
            settings.ProfileName == AwsSettings.DefaultProfile
                ? AwsSettings.DefaultProfile
                : $"profile {settings.ProfileName}";
        return new DesiredFile(path, FileFormat.Aws, _ => [new DesiredValue([section, "region"], Region)]);
    }

    private void RequireValidMap(byte[] text) =>
        RegistryConfiguration.Of(
            RegistryConfigurationFile.Parse(MapPath, System.Text.Encoding.UTF8.GetString(text).TrimStart('\uFEFF'))
        );
}
