using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor;

/// <summary>
/// The state of one diagnosis: the client, the images to check, and the results of the checks so far.
/// </summary>
internal sealed class CheckContext
{
    private readonly Lazy<IReadOnlyList<JudgedImage>> _resolutions;
    private readonly IReadOnlyList<EcrRegistry> _registries;
    private readonly Dictionary<PullView, IPullResolution> _choices = [];

    /// <param name="images">Images or registries from the command line; if empty, those of the configuration are
    /// checked.</param>
    public CheckContext(PullClient client, IReadOnlyList<string> images, bool isOffline)
    {
        Client = client;
        IsOffline = isOffline;
        Helpers = new HelperRuns(client.Environment);
        Commands = new Commands(client);
        IReadOnlyList<PullView> views = client.ReadViews();
        Configs = views[0].Configs;
        bool isConfigured = images.Count == 0 && client.Runner is not null;
        IReadOnlyList<string> asked =
        [
            .. images.Select(image => RegistryName.IsShort(image) ? RegistryName.Find(image)?.Host ?? image : image),
        ];
        if (images.Count == 0 && !isConfigured)
            asked = Configured();
        Views =
        [
            .. views.Select(view =>
                view with
                {
                    Images = isConfigured ? PullView.ImagesOf(view.Runners) : asked,
                    IsOneOfSeveral = views.Count > 1,
                }
            ),
        ];
        Images = [.. Views.SelectMany(view => view.Images).Distinct()];
        // Entries of a runner's configuration are always images, even if they look like registries.
        _resolutions = new(() => [.. Views.SelectMany(view => Resolve(view, areArguments: !isConfigured))]);
        _registries = [.. Images.Select(RegistryOf).OfType<EcrRegistry>().DistinctBy(registry => registry.Host)];
    }

    public PullClient Client { get; }

    public EnvironmentSnapshot Environment => Client.Environment;

    public bool IsOffline { get; }

    /// <summary>When the diagnosis began.</summary>
    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>Builds the commands for remedies.</summary>
    public Commands Commands { get; }

    public IReadOnlyList<string> Images { get; }

    /// <summary>The ECR registries among the images that get their credentials from AWS.</summary>
    public IReadOnlyList<EcrRegistry> Registries =>
        [.. _registries.Where(registry => Helper?.Configuration.RouteFor(registry.Host) is null)];

    /// <summary>The registry hosts of all images, for the sections of a report.</summary>
    public IReadOnlyList<string> Hosts => [.. Images.Select(HostOf).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// The environment that the program's settings are read from; it includes what the registry configuration adds.
    /// </summary>
    public EnvironmentSnapshot SettingsEnvironment => Helper?.Environment ?? Environment;

    /// <summary>
    /// The route that the registry configuration selects for a key for which a client runs this program; null if there
    /// is none.
    /// </summary>
    public RegistryRoute? RouteFor(string? helper, string key) =>
        helper == HelperName.Short && Client.Kubelet is null ? Helper?.Configuration.RouteFor(key) : null;

    /// <summary>The route of a candidate, for a report; null if there is none.</summary>
    public string? RouteOf(Candidate candidate) => RouteFor(candidate.Helper, candidate.Key)?.ToString();

    public HelperRuns Helpers { get; }

    /// <summary>
    /// The docker configurations that the client reads. Of the variables, only that of the first view is included.
    /// </summary>
    public ClientConfigs Configs { get; }

    /// <summary>
    /// What the client reads: one view for each group of runners with the same variable; never empty.
    /// </summary>
    public IReadOnlyList<PullView> Views { get; }

    /// <summary>Every configuration once; the title of a variable names its runners.</summary>
    public IEnumerable<ConfigSource> Sources =>
        [
            .. Views
                .Select(view => view.Configs.Variable is { } variable ? variable with { Owner = OwnerOf(view) } : null)
                .OfType<ConfigSource>(),
            .. Configs.Files,
        ];

    /// <summary>The title of a source that the client, or the runners of a view, read.</summary>
    public string TitleOf(PullView view, string source) =>
        Sources
            .FirstOrDefault(known =>
                known.Name == source && (source != ConfigSource.Variable || known.Owner == OwnerOf(view))
            )
            ?.Title
        ?? source;

    /// <summary>
    /// Whether the client uses credentials of another origin for everything that is pulled from a registry.
    /// </summary>
    public bool IsServedByOthers(EcrRegistry registry)
    {
        List<Candidate?> used =
        [
            .. Resolutions
                .Where(image => RegistryOf(image.Resolution.Image)?.Host == registry.Host)
                .Select(image => image.Resolution.Used),
        ];
        return used.Count > 0
            && used.All(candidate => candidate is { IsUsable: true } && candidate.Helper != HelperName.Short);
    }

    /// <summary>The credentials that each image would be pulled with. The helpers run on first access.</summary>
    public IReadOnlyList<JudgedImage> Resolutions => _resolutions.Value;

    /// <summary>The same, but empty if no check has used it yet.</summary>
    public IReadOnlyList<JudgedImage> KnownResolutions => _resolutions.IsValueCreated ? _resolutions.Value : [];

    /// <summary>The settings; set by the settings check if they are valid.</summary>
    public HelperContext? Helper { get; set; }

    /// <summary>Registries without a usable AWS identity; later checks skip them.</summary>
    public HashSet<string> WithoutIdentity { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens issued to the identity, by registry host.</summary>
    public Dictionary<string, IssuedToken> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Creates a finding for a failure to get a token for some registries.</summary>
    public Finding FailureOf(string code, IEnumerable<EcrRegistry> registries, HelperException failure)
    {
        List<string> hosts = [.. registries.Select(registry => registry.Host)];
        string source = failure.IdentitySource is { } identity ? $" ({identity})" : "";
        Finding finding = Finding.Fail(code, $"{hosts[0]}: {failure.Message}{source}", Commands.Of(failure));
        return finding with
        {
            About = [.. hosts.Select(Subject.Token), .. Subject.Of(failure)],
            DependsOn = [.. Subject.Below(failure), .. Subject.Of(failure)],
        };
    }

    private static string HostOf(string image)
    {
        if (RegistryOf(image) is { } registry)
            return registry.Host;
        string first = image.Split('/')[0];
        return first.AsSpan().ContainsAny('.', ':') ? first : "docker.io";
    }

    public static EcrRegistry? RegistryOf(string image) =>
        EcrRegistry.TryParse(image, out EcrRegistry? registry) ? registry : null;

    public IdentityChoice ChoiceFor(EcrRegistry registry) =>
        IdentityChoice.Of(registry, Helper!.Configuration, Helper.Environment);

    /// <summary>Whether an argument names an image and not only a registry.</summary>
    public static bool IsImage(string text) =>
        text.Contains('/', StringComparison.Ordinal)
        && !text.EndsWith('/')
        && !text.Contains("://", StringComparison.Ordinal);

    /// <summary>Resolves credentials as the runners of a view, or another client, do.</summary>
    public IPullResolution ChoiceOf(PullView view)
    {
        if (!_choices.TryGetValue(view, out IPullResolution? choice))
            _choices[view] = choice = Client.Resolve(view.Configs, Helpers);
        return choice;
    }

    private static string? OwnerOf(PullView view) => view.IsOneOfSeveral ? view.Title : null;

    private IEnumerable<JudgedImage> Resolve(PullView view, bool areArguments)
    {
        IPullResolution choice = ChoiceOf(view);
        return view.Images.Select(image => new JudgedImage(
            view,
            (areArguments ? choice.ForArgument(image) : choice.For(image)) with
            {
                IsOfJob = Client.JobTokenFor(image) is not null,
            }
        ));
    }

    /// <summary>The ECR registries that the docker configuration names.</summary>
    private IReadOnlyList<string> Configured() =>
        [
            .. Configs
                .All.SelectMany(config =>
                    config.Config.CredHelpers.Keys.Concat(config.Config.Auths.Select(auth => auth.Key))
                )
                .Select(RegistryOf)
                .OfType<EcrRegistry>()
                .Select(registry => registry.Host)
                .Distinct(),
        ];
}
