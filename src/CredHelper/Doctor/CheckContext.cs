using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor;

/// <summary>One examination: the seat, what is asked about, and what the checks have found out so far.</summary>
internal sealed class CheckContext
{
    private readonly Lazy<IReadOnlyList<JudgedImage>> _resolutions;
    private readonly IReadOnlyList<EcrRegistry> _registries;
    private readonly Dictionary<PullView, IPullResolution> _choices = [];

    /// <param name="images">Images or registries as they were given; of the configuration where none were.</param>
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
        // Images of a runner's configuration are images, whatever they look like.
        _resolutions = new(() => [.. Views.SelectMany(view => Resolve(view, areArguments: !isConfigured))]);
        _registries = [.. Images.Select(RegistryOf).OfType<EcrRegistry>().DistinctBy(registry => registry.Host)];
    }

    public PullClient Client { get; }

    public EnvironmentSnapshot Environment => Client.Environment;

    public bool IsOffline { get; }

    /// <summary>When the examination began.</summary>
    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>Commands for remedies.</summary>
    public Commands Commands { get; }

    public IReadOnlyList<string> Images { get; }

    /// <summary>Those of the images that are ECR's, and get their credentials from AWS.</summary>
    public IReadOnlyList<EcrRegistry> Registries =>
        [.. _registries.Where(registry => Helper?.Configuration.RouteFor(registry.Host) is null)];

    /// <summary>The registries of all images, for the sections of a report.</summary>
    public IReadOnlyList<string> Hosts => [.. Images.Select(HostOf).Distinct(StringComparer.Ordinal)];

    /// <summary>Where settings of ours are read: with what the registry configuration adds, once it is read.</summary>
    public EnvironmentSnapshot SettingsEnvironment => Helper?.Environment ?? Environment;

    /// <summary>
    /// What the registry configuration chooses for a key that a client asks this program for; null if that is nothing.
    /// </summary>
    public RegistryRoute? RouteFor(string? helper, string key) =>
        helper == HelperName.Short && Client.Kubelet is null ? Helper?.Configuration.RouteFor(key) : null;

    /// <summary>The route of a candidate, for a report; null if there is none.</summary>
    public string? RouteOf(Candidate candidate) => RouteFor(candidate.Helper, candidate.Key)?.ToString();

    public HelperRuns Helpers { get; }

    /// <summary>
    /// The docker configurations that the client reads; of the variables only that of the first view.
    /// </summary>
    public ClientConfigs Configs { get; }

    /// <summary>What the client reads, and what runners of different variables read; never empty.</summary>
    public IReadOnlyList<PullView> Views { get; }

    /// <summary>Every configuration once, with the runners that a variable belongs to.</summary>
    public IEnumerable<ConfigSource> Sources =>
        [
            .. Views
                .Select(view => view.Configs.Variable is { } variable ? variable with { Owner = OwnerOf(view) } : null)
                .OfType<ConfigSource>(),
            .. Configs.Files,
        ];

    /// <summary>The title of a source that the runners of a view read, or another client.</summary>
    public string TitleOf(PullView view, string source) =>
        Sources
            .FirstOrDefault(known =>
                known.Name == source && (source != ConfigSource.Variable || known.Owner == OwnerOf(view))
            )
            ?.Title
        ?? source;

    /// <summary>Whether the client has credentials of another origin for all that is pulled from a registry.</summary>
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

    /// <summary>What each image would be pulled with; helpers run when this is first looked at.</summary>
    public IReadOnlyList<JudgedImage> Resolutions => _resolutions.Value;

    /// <summary>The same, if a check has asked for it.</summary>
    public IReadOnlyList<JudgedImage> KnownResolutions => _resolutions.IsValueCreated ? _resolutions.Value : [];

    /// <summary>The settings, once the check of them has found that they make sense.</summary>
    public HelperContext? Helper { get; set; }

    /// <summary>Registries whose identity is not to be had, so that nothing that depends on it is tried.</summary>
    public HashSet<string> WithoutIdentity { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens that the identity got, by registry host.</summary>
    public Dictionary<string, IssuedToken> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>A failure on the way to a token of some registries.</summary>
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

    /// <summary>The choice of credentials of the runners of a view, or of another client.</summary>
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
