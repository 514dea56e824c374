using CredHelper.CredentialProviders;
using CredHelper.Diagnostics;

namespace CredHelper.PullResolution;

/// <summary>
/// The credentials that the kubelet uses: those of every provider with a pattern that matches the image, in the order
/// of the providers.
/// </summary>
internal sealed class KubeletResolution(ProviderConfig config, ProviderRuns runs, Func<CredentialProvider, bool> isOurs)
    : IPullResolution
{
    public const string Via = "provider";

    public IReadOnlyList<DroppedSource> Dropped => [];

    /// <summary>The kubelet does not start with an invalid configuration.</summary>
    public string? FatalReason => null;

    public ImageResolution For(string image) => Resolve(image, NameOf(image));

    public ImageResolution ForRegistry(string host) => Resolve(host, host);

    /// <summary>The kubelet removes tag and digest before it looks up an image; a registry stays as it is.</summary>
    public static string NameOf(string image) =>
        ImageReference.RegistryOf(image) ?? ImageReference.Parse(image)?.Name ?? image;

    private ImageResolution Resolve(string image, string name)
    {
        List<Candidate> candidates =
        [
            .. from provider in config.Providers
            let pattern = provider.PatternFor(name)
            where pattern is not null && !provider.RequiresServiceAccount
            select CandidateOf(provider, pattern, name),
        ];
        int winner = candidates.FindIndex(candidate => candidate.IsUsable);
        return new ImageResolution(image, candidates, winner < 0 ? null : winner, []);
    }

    private Candidate CandidateOf(CredentialProvider provider, string pattern, string name)
    {
        ProviderRun run = runs.Get(provider, name);
        KeyValuePair<string, Protocol.Credential>? login = run.Answer?.LoginFor(name);
        Outcome outcome = (run.Answer, login) switch
        {
            (null, _) => Outcome.Failed,
            (_, null) => Outcome.NotFound,
            _ => Outcome.Credentials,
        };
        return new Candidate(
            provider.File,
            pattern,
            Via,
            isOurs(provider) ? HelperName.Short : provider.Name,
            login?.Value.Username,
            outcome
        )
        {
            Login = login?.Value,
        };
    }
}
