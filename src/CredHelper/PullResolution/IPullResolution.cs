namespace CredHelper.PullResolution;

/// <summary>Which credentials a client pulls images with.</summary>
internal interface IPullResolution
{
    /// <summary>Sources that the client ignores whole.</summary>
    IReadOnlyList<DroppedSource> Dropped { get; }

    /// <summary>Why every pull fails, whatever the image; null if not every one does.</summary>
    string? FatalReason { get; }

    ImageResolution For(string image);

    ImageResolution ForRegistry(string host);

    /// <summary>For what a person asks about: an image, or a registry.</summary>
    ImageResolution ForArgument(string text) =>
        ImageReference.RegistryOf(text) is { } host ? ForRegistry(host) with { Image = text } : For(text);

    /// <param name="payload">What comes with a job of GitLab Runner.</param>
    static IPullResolution Of(
        ClientKind client,
        ClientConfigs configs,
        ICredentialHelpers helpers,
        IReadOnlyList<PayloadCredential>? payload = null
    ) =>
        client switch
        {
            ClientKind.GitLabRunner => new RunnerResolution(configs, helpers, payload),
            ClientKind.Podman => new PodmanResolution(configs, helpers),
            _ => new DockerResolution(configs, helpers),
        };
}
