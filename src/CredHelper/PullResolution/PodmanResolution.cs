using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Podman;

namespace CredHelper.PullResolution;

/// <summary>
/// The choice of podman, buildah and skopeo: the helpers of registries.conf in their order, including the auth files,
/// each of which has a helper for the host or an entry with the longest matching path. They ignore credsStore. Files
/// are read, and entries decoded, only when their turn comes.
/// </summary>
internal sealed class PodmanResolution(ClientConfigs configs, ICredentialHelpers helpers) : IPullResolution
{
    private const int LongestName = 255;

    public IReadOnlyList<DroppedSource> Dropped => [];

    public string? FatalReason => configs.Registries.Problem;

    public ImageResolution For(string image) =>
        ImageReference.Parse(image) is { Name.Length: <= LongestName } reference
            ? For(image, reference.Name)
            : new ImageResolution(image, [], null, Dropped, ImageReference.Invalid);

    public ImageResolution ForRegistry(string host) => For(host, host);

    private ImageResolution For(string image, string name)
    {
        if (FatalReason is { } problem)
        {
            return new ImageResolution(image, [], null, Dropped, problem)
            {
                Origin = new FailureOrigin(RegistriesConf.Name),
            };
        }
        var search = new Search(name, helpers);
        foreach (string helper in configs.Registries.Helpers)
        {
            if (helper == RegistriesConf.AuthFilesItem)
                search.AskFiles(configs.Files);
            else
                search.AskHelper(RegistriesConf.Name, helper);
        }
        return new ImageResolution(
            image,
            search.Candidates,
            search.Found is { } found && search.Candidates[found].IsUsable ? found : null,
            Dropped,
            search.Found is null ? search.Failure?.Text : null
        )
        {
            Origin = search.Found is null ? search.Failure?.Origin : null,
            IsArbitrary = search.IsArbitrary,
        };
    }

    private sealed record SearchFailure(string Text, FailureOrigin Origin);

    /// <param name="name">The repository with its host, or a host alone.</param>
    private sealed class Search(string name, ICredentialHelpers helpers)
    {
        private readonly string _host = name.Split('/')[0];

        public List<Candidate> Candidates { get; } = [];

        /// <summary>The first candidate with any content, even only a user name; it ends the search.</summary>
        public int? Found { get; private set; }

        public SearchFailure? Failure { get; private set; }

        /// <summary>Whether the last file has several entries of which podman picks any.</summary>
        public bool IsArbitrary { get; private set; }

        public void AskHelper(string source, string helper)
        {
            if (Found is null)
                Failure ??= Ask(source, helper);
        }

        /// <summary>
        /// A file that cannot be decoded ends the search in files, but further helpers are still run.
        /// </summary>
        public void AskFiles(IReadOnlyList<ConfigSource> files)
        {
            SearchFailure? failure = null;
            foreach (ConfigSource file in files)
            {
                if (Found is null && failure is null)
                    failure = AskFile(file);
            }
            Failure ??= failure;
        }

        private SearchFailure? AskFile(ConfigSource file)
        {
            var origin = new FailureOrigin(file.Name);
            if (file.Config.Problem is { } problem)
                return new SearchFailure($"{file.Name}: {problem}", origin);
            if (file.Config.CredHelpers.TryGetValue(_host, out string? helper))
                return Ask(file.Name, helper);
            SearchFailure? failure = null;
            IReadOnlyList<AuthEntry> entries = file.Config.FindByPodman(name);
            IsArbitrary = entries.Count > 1;
            foreach (AuthEntry raw in entries)
            {
                AuthEntry entry = raw.DecodedByPodman(out string? refused);
                Add(
                    refused is null
                        ? Candidate.Of(file.Name, entry)
                        : Candidate.Of(file.Name, entry) with
                        {
                            Outcome = Outcome.Failed,
                        },
                    isFound: !entry.IsEmpty
                );
                if (refused is not null)
                {
                    failure ??= new SearchFailure(
                        $"{file.Name}: auth of {ForeignText.Clean(entry.Key)} {refused}",
                        origin
                    );
                }
            }
            return failure;
        }

        private SearchFailure? Ask(string source, string helper)
        {
            HelperAnswer answer = helpers.Get(helper, _host);
            Add(Candidate.Of(source, _host, Candidate.ViaHelpers, helper, answer), isFound: !answer.IsBlank);
            return answer.Failure is { } text ? new SearchFailure(text, new FailureOrigin(source, helper)) : null;
        }

        private void Add(Candidate candidate, bool isFound)
        {
            Candidates.Add(candidate);
            if (isFound)
                Found ??= Candidates.Count - 1;
        }
    }
}
