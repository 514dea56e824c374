namespace CredHelper.PullResolution;

/// <summary>A client's rules for choosing the credentials of a pull.</summary>
internal interface IPullResolution
{
    /// <summary>Sources that the client ignores completely.</summary>
    IReadOnlyList<DroppedSource> Dropped { get; }

    /// <summary>Why every pull fails, whatever the image; null if that is not so.</summary>
    string? FatalReason { get; }

    ImageResolution For(string image);

    ImageResolution ForRegistry(string host);

    /// <summary>Resolves an argument of the command line: an image or a registry.</summary>
    ImageResolution ForArgument(string text) =>
        ImageReference.RegistryOf(text) is { } host ? ForRegistry(host) with { Image = text } : For(text);

    /// <param name="payload">The credentials that GitLab sends with a job.</param>
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
