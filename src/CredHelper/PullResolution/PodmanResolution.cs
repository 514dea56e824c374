using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Podman;

namespace CredHelper.PullResolution;

/// <summary>
/// The choice of podman, buildah and skopeo: the helpers of registries.conf in their order, among them the auth files,
/// each with a helper for the host or the entry of the longest path. A credsStore does not exist for them. A file is
/// read, and an entry decoded, when its turn comes.
/// </summary>
internal sealed class PodmanResolution(ClientConfigs configs, ICredentialHelpers helpers) : IPullResolution
{
    public IReadOnlyList<DroppedSource> Dropped => [];

    public string? FatalReason => configs.Registries.Problem;

    public ImageResolution For(string image)
    {
        if (FatalReason is { } problem)
            return new ImageResolution(image, [], null, Dropped, problem);
        string path = ImagePath.OfArgument(image);
        var search = new Search(path, path.Split('/')[0], helpers);
        foreach (string helper in configs.Registries.Helpers)
        {
            if (helper == RegistriesConf.AuthFilesItem)
                search.AskFiles(configs.Files);
            else
                search.AskHelper(configs.Registries.Origin!, helper);
        }
        int last = search.Candidates.Count - 1;
        return new ImageResolution(
            image,
            search.Candidates,
            search.IsOver && search.Candidates[last].IsUsable ? last : null,
            Dropped,
            search.IsOver ? null : search.Failure
        );
    }

    private sealed class Search(string path, string host, ICredentialHelpers helpers)
    {
        public List<Candidate> Candidates { get; } = [];

        /// <summary>Whether something said anything, if only a user name; nothing is asked then.</summary>
        public bool IsOver { get; private set; }

        public string? Failure { get; private set; }

        public void AskHelper(string source, string helper)
        {
            if (!IsOver)
                Failure ??= Ask(source, helper);
        }

        /// <summary>A file that cannot be decoded ends the look into files, not the one into further helpers.</summary>
        public void AskFiles(IReadOnlyList<ConfigSource> files)
        {
            string? failure = null;
            foreach (ConfigSource file in files)
            {
                if (!IsOver && failure is null)
                    failure = AskFile(file);
            }
            Failure ??= failure;
        }

        private string? AskFile(ConfigSource file)
        {
            if (file.Config.Problem is { } problem)
                return $"{file.Name}: {problem}";
            if (file.Config.CredHelpers.TryGetValue(host, out string? helper))
                return Ask(file.Name, helper);
            if (EntryFor(file.Config) is not { } raw)
                return null;
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
            return refused is null ? null : $"{file.Name}: auth of {ForeignText.Clean(entry.Key)} {refused}";
        }

        private string? Ask(string source, string helper)
        {
            HelperAnswer answer = helpers.Get(helper, host);
            Add(Candidate.Of(source, host, Candidate.ViaHelpers, helper, answer), isFound: !answer.IsBlank);
            return answer.Failure;
        }

        private void Add(Candidate candidate, bool isFound)
        {
            Candidates.Add(candidate);
            IsOver |= isFound;
        }

        private AuthEntry? EntryFor(DockerConfigFile config) =>
            config
                .Auths.Where(entry => ImagePath.Serves(ImagePath.OfKey(entry.Key), path))
                .OrderByDescending(entry => ImagePath.OfKey(entry.Key).Length)
                .FirstOrDefault();
    }
}
