using CredHelper.DockerConfig;
using CredHelper.Errors;

namespace CredHelper.PullResolution;

/// <summary>Credentials that GitLab sends with a job: its registry and the job token.</summary>
internal sealed record PayloadCredential(string Url, string Username)
{
    public const string SourceName = "job payload";
}

/// <summary>
/// GitLab Runner's choice of credentials (docs/reference/protocol.md, 3.1 to 3.7): the variable, the manager's home
/// directory, the job's credentials. Every source is evaluated completely for every image, the first source with a key
/// provides it, and the longest key that matches the image is used.
/// </summary>
internal sealed class RunnerResolution : IPullResolution
{
    private readonly ICredentialHelpers _helpers;
    private readonly List<Candidate> _all = [];
    private readonly List<DroppedSource> _dropped = [];
    private readonly FailureOrigin? _origin;

    public RunnerResolution(
        ClientConfigs configs,
        ICredentialHelpers helpers,
        IReadOnlyList<PayloadCredential>? payload = null
    )
    {
        _helpers = helpers;
        foreach (ConfigSource source in configs.All)
        {
            if (FatalReason is null && Add(source) is { } fatal)
            {
                FatalReason = $"{source.Name}: {fatal.Text}";
                _origin = new FailureOrigin(source.Name, fatal.Helper);
            }
        }
        foreach (PayloadCredential credential in payload ?? [])
        {
            _all.Add(
                new Candidate(
                    PayloadCredential.SourceName,
                    credential.Url,
                    Candidate.ViaAuths,
                    null,
                    credential.Username,
                    Outcome.Credentials
                )
            );
        }
    }

    public IReadOnlyList<DroppedSource> Dropped => _dropped;

    /// <summary>A helper name that the runner refuses; it fails the job, whatever the other sources contain.</summary>
    public string? FatalReason { get; }

    public ImageResolution For(string image) => For(image, ImagePath.OfImage(image));

    public ImageResolution ForRegistry(string host) => For(host, ImagePath.OfArgument(host + "/"));

    private ImageResolution For(string image, string path)
    {
        List<Candidate> serving = [.. _all.Where(known => ImagePath.Serves(known.Path, path))];
        // The sort is stable: of two with the same path, the earlier source comes first. A key that its helper has no
        // credentials for stays available for a later source.
        Candidate? winner = FatalReason is not null
            ? null
            : serving
                .Where(known => known.Outcome != Outcome.NotFound)
                .OrderByDescending(known => known.Path.Length)
                .FirstOrDefault();
        int index = serving.FindIndex(known => ReferenceEquals(known, winner));
        return new ImageResolution(image, serving, index < 0 ? null : index, _dropped, FatalReason)
        {
            Origin = _origin,
        };
    }

    /// <returns>Why the job fails, whatever the other sources contain.</returns>
    private HelperProblem? Add(ConfigSource source)
    {
        if (source.Config.Problem is { } problem)
        {
            Drop(source, problem, helper: null);
            return null;
        }
        var entries = new SortedDictionary<string, Candidate>(StringComparer.Ordinal);
        foreach (AuthEntry entry in source.Config.Auths)
            entries[entry.Key] = Candidate.Of(source.Name, entry);
        HelperProblem? refused = WithStore(source, entries) ?? WithHelpers(source, entries);
        if (refused is { IsFatal: true })
            return refused;
        if (refused is null)
            _all.AddRange(entries.Values);
        else
            Drop(source, refused.Text, refused.Helper);
        return null;
    }

    /// <summary>
    /// The runner logs a warning about the variable in the job log, but none about the home directory.
    /// </summary>
    private void Drop(ConfigSource source, string reason, string? helper) =>
        _dropped.Add(
            new DroppedSource(source.Name, reason, source.Name == ConfigSource.Variable ? "job log" : "nobody")
            {
                Helper = helper,
            }
        );

    /// <summary>Why a helper makes the runner ignore a source, or fail the job.</summary>
    private sealed record HelperProblem(string Helper, string Text, bool IsFatal);

    /// <summary>The store's entries replace static ones.</summary>
    private HelperProblem? WithStore(ConfigSource source, SortedDictionary<string, Candidate> entries)
    {
        if (source.Config.CredsStore is not { } store)
            return null;
        if (BadName(store) is { } bad)
            return new HelperProblem(store, bad, IsFatal: true);
        IReadOnlyList<string> keys = _helpers.List(store, out string? failure);
        if (failure is not null)
            return new HelperProblem(store, failure, IsFatal: false);
        foreach (string key in keys)
        {
            HelperAnswer answer = _helpers.Get(store, key);
            if (answer.Failure is not null)
                return new HelperProblem(store, answer.Failure, IsFatal: false);
            // A static entry keeps its key, even if the store has nothing for it.
            bool isLeftEmpty = answer.Outcome == Outcome.NotFound && entries.ContainsKey(key);
            Candidate candidate = Candidate.Of(source.Name, key, Candidate.ViaStore, store, answer);
            entries[key] = (isLeftEmpty ? candidate with { Outcome = Outcome.Empty } : candidate).WithTokenOf([
                .. source.Config.Auths.Where(entry => entry.Key == key),
            ]);
        }
        return null;
    }

    /// <summary>The helpers' entries replace those of the store and static ones.</summary>
    private HelperProblem? WithHelpers(ConfigSource source, SortedDictionary<string, Candidate> entries)
    {
        foreach (string name in source.Config.CredHelpers.Values)
        {
            if (BadName(name) is { } bad)
                return new HelperProblem(name, bad, IsFatal: true);
        }
        foreach ((string key, string helper) in source.Config.CredHelpers)
        {
            HelperAnswer answer = _helpers.Get(helper, key);
            if (answer.Failure is not null)
                return new HelperProblem(helper, answer.Failure, IsFatal: false);
            Candidate candidate = Candidate.Of(source.Name, key, Candidate.ViaHelpers, helper, answer);
            entries[key] =
                answer.Outcome == Outcome.NotFound ? candidate : candidate.WithTokenOf(source.Config.Find(key));
        }
        return null;
    }

    /// <summary>The runner rejects a slash in a name, which could lead outside of the PATH.</summary>
    private static string? BadName(string name)
    {
        if (name.Length == 0)
            return "a helper name is empty, which GitLab Runner rejects";
        // The name "/" equals its own base name, so the runner accepts it; no such program exists.
        return name.Contains('/', StringComparison.Ordinal) && name != "/"
            ? $"the helper name '{ForeignText.Clean(name)}' contains a slash, which GitLab Runner rejects"
            : null;
    }
}
