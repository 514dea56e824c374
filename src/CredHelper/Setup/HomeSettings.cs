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
/// The settings that setup writes below one home directory: the docker configuration that names this helper, the
/// registry configuration with the identities, and the region that <c>list</c> needs. The same for a user and for a
/// runner manager.
/// </summary>
/// <param name="Environment">The environment of the user whose home directory it is.</param>
/// <param name="DockerConfig">The config.json that the client reads.</param>
internal sealed record HomeSettings(EnvironmentSnapshot Environment, string DockerConfig)
{
    public IReadOnlyList<RegistryArgument> Registries { get; init; } = [];

    public IReadOnlyList<RouteArgument> Routes { get; init; } = [];

    /// <summary>The client that reads the docker configuration. It decides the form of registry names in it.</summary>
    public ClientKind Client { get; init; } = ClientKind.Docker;

    /// <summary>
    /// Whether the docker configuration is in another place, so that only the identities are written here.
    /// </summary>
    public bool IsConfigElsewhere { get; init; }

    /// <summary>Whether this helper becomes the credential store for every registry.</summary>
    public bool AsCredsStore { get; init; }

    /// <summary>
    /// True for a runner manager. It uses a <c>credsStore</c> only for the servers that <c>list</c> prints, so each
    /// registry is written to the configuration; and a job's <c>docker login</c> must not take precedence over the
    /// manager's identity.
    /// </summary>
    public bool ForRunner { get; init; }

    /// <summary>The region written to ~/.aws/config if <see cref="AsCredsStore"/> needs one and none is set.</summary>
    public string? Region { get; init; }

    /// <summary>
    /// The helper that is replaced in config.toml. It becomes the fallback, as one replaced in the home does.
    /// </summary>
    public string? ReplacedStore { get; init; }

    /// <summary>A docker configuration that is never read, and whose content is moved here.</summary>
    public MisplacedConfig? Lost { get; init; }

    public string MapPath =>
        Environment.PathOf("AWS_ECR_CONFIG", ".ecr/config")
        ?? throw new HelperException(
            FailureKind.Configuration,
            "there is no home directory for the registry configuration",
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

    /// <exception cref="HelperException">The region is missing, or a file is not valid.</exception>
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

    /// <summary>The helper that is replaced as <c>credsStore</c>, and which becomes the fallback.</summary>
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
    /// Whether the replaced helper is installed. One that is not (<c>desktop.exe</c>, or <c>osxkeychain</c> copied from
    /// another machine) stores no credentials, and as the fallback it would fail every request.
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
            ? $"'{store}' stores the logins now; it becomes the fallback, so none are lost"
            : $"{HelperProgram.NotOnPath(store)}, so it stores no logins and does not become the fallback";
    }

    /// <summary>Removes entries of <c>auths</c> that would be used instead of this helper.</summary>
    private IEnumerable<DesiredValue> OutrankingLogins(JsonEdit config)
    {
        foreach (string key in config.Names("auths"))
        {
            if (OursOf(key) is not { } registry)
                continue;
            string entry = config.Find("auths", key) ?? "";
            string why = entry.Contains(':', StringComparison.Ordinal)
                ? "an ECR login stored in the file expires after 12 hours and would be used instead of this helper"
                : "the empty entry makes a runner pull without credentials";
            yield return new DesiredValue(["auths", key], null, why, registry.Host);
        }
    }

    /// <summary>
    /// Whether a value of the unread file may be moved here: anything except an entry for an ECR registry, or one that
    /// would be used instead of this helper.
    /// </summary>
    private bool IsWelcome(DesiredValue value, List<DesiredValue> own, JsonEdit config)
    {
        if (own.Exists(other => other.Path.AsSpan().SequenceEqual(value.Path)))
            return false;
        if (value.Path is not ["auths", var key] || !EcrRegistry.TryParse(key, out EcrRegistry? registry))
            return true;
        return OursOf(key) is null && config.Find("credHelpers", registry.Host) is null;
    }

    /// <summary>
    /// The registry of a login that would be used instead of this helper, or null if the helper is not used for it.
    /// </summary>
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
                yield return Identity(registry, "profile", profile, "another profile is set");
            else if (registry.RoleArn is { } role)
                yield return Identity(registry, "role_arn", role, "another role is set");
            else if (ForRunner && AsCredsStore)
                yield return Identity(registry, "region", registry.Registry.Region, "another region is set");
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
                "another fallback is set"
            );
        }

        if (ForRunner)
        {
            yield return new DesiredValue(
                [RegistryConfigurationKeys.DefaultHeader, "store_ecr_logins"],
                "false",
                "a job's docker login to ECR would be used instead of the manager's identity"
            );
        }
    }

    /// <summary>The region to write to the AWS configuration, or null if it has one.</summary>
    private DesiredFile? MissingRegion()
    {
        AwsSettings settings = AwsSettings.Resolve(Environment, AwsProfiles.Load(Environment), null);
        if (settings.Region is not null)
            return null;
        if (Region is null || AwsConfigPath is not { } path)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"--creds-store requires a region, and {AwsConfigPath ?? "~/.aws/config"} has none",
                $"add --region {(Registries is [var first, ..] ? first.Registry.Region : "eu-west-1")} (written to "
                    + "that file), or use --registry without --creds-store"
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
