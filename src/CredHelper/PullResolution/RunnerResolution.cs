using CredHelper.DockerConfig;
using CredHelper.Errors;

namespace CredHelper.PullResolution;

/// <summary>A credential that comes with a job: GitLab's registry and the job token.</summary>
internal sealed record PayloadCredential(string Url, string Username);

/// <summary>
/// Where GitLab Runner finds credentials, in its order: the variable (a CI/CD variable takes the place of
/// config.toml's, an empty one too), the manager's home, the job's payload (docs/protocol.md, 3.1 to 3.3).
/// </summary>
/// <param name="Variable">The text of DOCKER_AUTH_CONFIG; null where nobody sets it.</param>
/// <param name="HomeFile">The path and text of the home's config.json, or of .dockercfg; null where neither can be
/// opened.</param>
internal sealed record RunnerSources(
    string? Variable,
    (string Path, string Text)? HomeFile,
    IReadOnlyList<PayloadCredential> Payload
)
{
    public const string VariableName = "DOCKER_AUTH_CONFIG",
        PayloadName = "job payload";
}

/// <summary>
/// GitLab Runner's choice of credentials, replayed (docs/protocol.md, 3.4 to 3.7): every source is evaluated whole
/// for every image, the first one wins a key, and of the keys that serve the image the longest wins.
/// </summary>
internal sealed class RunnerResolution
{
    private readonly List<(Candidate Candidate, string Path)> _known = [];
    private readonly List<Candidate> _all = [];
    private readonly List<DroppedSource> _dropped = [];

    public RunnerResolution(RunnerSources sources, HelperRuns helpers)
    {
        if (sources.Variable is { } variable)
            Add(RunnerSources.VariableName, variable, "job log", helpers);
        if (FatalReason is null && sources.HomeFile is { } file)
            Add(file.Path, file.Text, "nobody", helpers);
        if (FatalReason is not null)
            return;
        foreach (PayloadCredential payload in sources.Payload)
            Know(
                new Candidate(
                    RunnerSources.PayloadName,
                    payload.Url,
                    "auths",
                    null,
                    payload.Username,
                    Outcome.Credentials
                )
            );
    }

    /// <summary>Every entry of every source that was not dropped.</summary>
    public IReadOnlyList<Candidate> All => _all;

    public IReadOnlyList<DroppedSource> Dropped => _dropped;

    /// <summary>A helper's name with a slash, or an empty one: the job fails, whatever else there is.</summary>
    public string? FatalReason { get; private set; }

    public ImageResolution For(string image)
    {
        string path = ImagePath.OfArgument(image);
        List<Candidate> candidates = [.. _all.Where(candidate => ImagePath.Serves(candidate.Path, path))];
        Candidate? winner = FatalReason is not null
            ? null
            : _known
                .Where(known => ImagePath.Serves(known.Path, path))
                .OrderByDescending(known => known.Path.Length)
                .Select(known => known.Candidate)
                .FirstOrDefault();
        return new ImageResolution(
            image,
            candidates,
            winner is null ? null : candidates.FindIndex(candidate => ReferenceEquals(candidate, winner)),
            _dropped,
            FatalReason
        );
    }

    private void Add(string source, string text, string saidBy, HelperRuns helpers)
    {
        DockerConfigText config = DockerConfigText.Parse(text);
        if (config.Problem is { } problem)
        {
            _dropped.Add(new DroppedSource(source, problem, saidBy));
            return;
        }
        if (BadName(config) is { } bad)
        {
            FatalReason = $"{source}: {bad}";
            return;
        }
        var entries = new SortedDictionary<string, Candidate>(StringComparer.Ordinal);
        foreach (StaticAuth auth in config.Auths)
            entries[auth.Key] = new Candidate(
                source,
                auth.Key,
                "auths",
                null,
                auth.Username,
                auth.IsEmpty ? Outcome.Empty : Outcome.Credentials
            );
        string? failure = Overlay(source, config, entries, helpers);
        if (failure is not null)
        {
            _dropped.Add(new DroppedSource(source, failure, saidBy));
            return;
        }
        foreach (Candidate candidate in entries.Values)
            Know(candidate);
    }

    /// <summary>
    /// The store's entries over the static ones, the helpers' over both. The first failure, which drops the source.
    /// </summary>
    private static string? Overlay(
        string source,
        DockerConfigText config,
        SortedDictionary<string, Candidate> entries,
        HelperRuns helpers
    )
    {
        if (config.CredsStore is { } store)
        {
            IReadOnlyList<string> keys = helpers.List(store, out string? failure);
            if (failure is not null)
                return failure;
            foreach (string key in keys)
            {
                HelperAnswer answer = helpers.Get(store, key);
                if (answer.Outcome == Outcome.Failed)
                    return answer.Failure;
                entries[key] = new Candidate(source, key, "credsStore", store, answer.Username, answer.Outcome);
            }
        }
        foreach ((string key, string helper) in config.CredHelpers)
        {
            HelperAnswer answer = helpers.Get(helper, key);
            if (answer.Outcome == Outcome.Failed)
                return answer.Failure;
            entries[key] = new Candidate(source, key, "credHelpers", helper, answer.Username, answer.Outcome);
        }
        return null;
    }

    private static string? BadName(DockerConfigText config)
    {
        IEnumerable<string> names = config.CredsStore is { } store
            ? config.CredHelpers.Values.Prepend(store)
            : config.CredHelpers.Values;
        return names
            .Select(name =>
                name.Length == 0 ? "a helper's name is empty, which the runner refuses"
                : name.Contains('/', StringComparison.Ordinal)
                    ? $"the helper's name '{ForeignText.Clean(name)}' has a slash, which the runner refuses"
                : null
            )
            .FirstOrDefault(reason => reason is not null);
    }

    private void Know(Candidate candidate)
    {
        _all.Add(candidate);
        // What a helper does not know leaves no address behind, so the key is free for a later source.
        if (candidate.Outcome != Outcome.NotFound && !_known.Exists(known => known.Path == candidate.Path))
            _known.Add((candidate, candidate.Path));
    }
}
