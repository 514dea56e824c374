using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Platform;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor;

/// <summary>One examination: the seat, what is asked about, and what the checks have found out so far.</summary>
internal sealed class CheckContext
{
    private readonly Lazy<IPullResolution> _choice;
    private readonly Lazy<IReadOnlyList<ImageResolution>> _resolutions;

    /// <param name="images">Images or registries as they were given; of the configuration where none were.</param>
    public CheckContext(PullClient client, IReadOnlyList<string> images, bool isOffline)
    {
        Client = client;
        IsOffline = isOffline;
        Helpers = new HelperRuns(client.Environment);
        Configs = client.ReadConfigs();
        Images =
            images.Count > 0
                ?
                [
                    .. images.Select(image =>
                        RegistryName.IsShort(image) ? RegistryName.Find(image)?.Host ?? image : image
                    ),
                ]
                : Configured();
        // Images of a runner's configuration are images, whatever they look like.
        bool areArguments = images.Count > 0 || client.Runner is null;
        _choice = new(() => client.Resolve(Configs, Helpers));
        _resolutions = new(() =>
            [.. Images.Select(image => areArguments ? Choice.ForArgument(image) : Choice.For(image))]
        );
        Registries = [.. Images.Select(RegistryOf).OfType<EcrRegistry>().DistinctBy(registry => registry.Host)];
    }

    public PullClient Client { get; }

    public EnvironmentSnapshot Environment => Client.Environment;

    public bool IsOffline { get; }

    public IReadOnlyList<string> Images { get; }

    /// <summary>Those of the images that are ECR's.</summary>
    public IReadOnlyList<EcrRegistry> Registries { get; }

    public HelperRuns Helpers { get; }

    /// <summary>The docker configurations that the client reads.</summary>
    public ClientConfigs Configs { get; }

    /// <summary>The client's choice of credentials; helpers run when this is first looked at.</summary>
    public IPullResolution Choice => _choice.Value;

    /// <summary>What each image would be pulled with.</summary>
    public IReadOnlyList<ImageResolution> Resolutions => _resolutions.Value;

    /// <summary>The same, if a check has asked for it.</summary>
    public IReadOnlyList<ImageResolution> KnownResolutions => _resolutions.IsValueCreated ? _resolutions.Value : [];

    /// <summary>The settings, once the check of them has found that they make sense.</summary>
    public HelperContext? Helper { get; set; }

    /// <summary>Registries whose identity is not to be had, so that nothing that rests on it is tried.</summary>
    public HashSet<string> WithoutIdentity { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens that the identity got, by registry host.</summary>
    public Dictionary<string, IssuedToken> Tokens { get; } = new(StringComparer.Ordinal);

    public static EcrRegistry? RegistryOf(string image) =>
        EcrRegistry.TryParse(image, out EcrRegistry? registry) ? registry : null;

    public IdentityChoice ChoiceFor(EcrRegistry registry) =>
        IdentityChoice.Of(registry, Helper!.Configuration, Helper.Environment);

    /// <summary>Whether an argument names an image and not only a registry.</summary>
    public static bool IsImage(string text) =>
        text.Contains('/', StringComparison.Ordinal)
        && !text.EndsWith('/')
        && !text.Contains("://", StringComparison.Ordinal);

    /// <summary>Images of every runner, or the ECR registries that the docker configuration names.</summary>
    private IReadOnlyList<string> Configured()
    {
        if (Client.Runner is { } runner)
        {
            IEnumerable<string?> all = runner.Runners.SelectMany(one =>
                (string?[])[one.Image, one.HelperImage, .. one.Services]
            );
            return
            [
                .. all.OfType<string>()
                    .Where(image => image.Length > 0 && !image.Contains('$', StringComparison.Ordinal))
                    .Distinct(),
            ];
        }
        return
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
}
