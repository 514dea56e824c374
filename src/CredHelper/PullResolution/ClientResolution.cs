using CredHelper.DockerConfig;

namespace CredHelper.PullResolution;

/// <summary>
/// Which credentials docker or podman would use, by their own rules (docs/protocol.md, 2): docker asks one helper or
/// one file entry for the host; podman looks for the longest path through several files and knows no credsStore.
/// </summary>
internal static class ClientResolution
{
    private const string HubKey = "https://index.docker.io/v1/";

    /// <param name="file">config.json by its path and text; null where there is none.</param>
    /// <param name="variable">DOCKER_AUTH_CONFIG, which docker CLI 28.3 and later reads first, and only its
    /// <c>auths</c>.</param>
    public static ImageResolution Docker(
        string image,
        (string Path, string Text)? file,
        string? variable,
        HelperRuns helpers
    )
    {
        string host = ImagePath.HostOf(image),
            key = host == ImagePath.DockerHub ? HubKey : host;
        var candidates = new List<Candidate>();
        var dropped = new List<DroppedSource>();
        if (variable is not null)
        {
            DockerConfigText config = DockerConfigText.Parse(variable);
            if (config.Problem is { } problem)
                dropped.Add(new DroppedSource(RunnerSources.VariableName, problem, "job log"));
            else
                candidates.AddRange(StaticOf(RunnerSources.VariableName, config, key));
        }
        if (file is { } present)
        {
            DockerConfigText config = DockerConfigText.Parse(present.Text);
            if (config.Problem is { } problem)
                return new ImageResolution(image, candidates, null, dropped, $"{present.Path}: {problem}");
            if (HelperFor(config, key) is { } helper)
            {
                HelperAnswer answer = helpers.Get(helper.Name, key);
                candidates.Add(
                    new Candidate(present.Path, key, helper.Via, helper.Name, answer.Username, answer.Outcome)
                );
                if (answer.Outcome == Outcome.Failed && !candidates.Exists(IsUsable))
                    return new ImageResolution(image, candidates, null, dropped, answer.Failure);
            }
            else
            {
                candidates.AddRange(StaticOf(present.Path, config, key));
            }
        }
        int winner = candidates.FindIndex(IsUsable);
        return new ImageResolution(image, candidates, winner < 0 ? null : winner, dropped);
    }

    /// <param name="files">The auth files that podman reads, in its order.</param>
    /// <param name="order">credential-helpers of registries.conf; <c>containers-auth.json</c> stands for the
    /// files.</param>
    public static ImageResolution Podman(
        string image,
        IReadOnlyList<(string Path, string Text)> files,
        IReadOnlyList<string> order,
        HelperRuns helpers
    )
    {
        string path = ImagePath.OfArgument(image),
            host = path.Split('/')[0];
        var candidates = new List<Candidate>();
        string? fatal = null;
        foreach (string helper in order)
        {
            if (helper == "containers-auth.json")
            {
                foreach ((string file, string text) in files)
                    fatal ??= InFile(candidates, file, text, path, host, helpers);
                continue;
            }
            HelperAnswer answer = helpers.Get(helper, host);
            candidates.Add(
                new Candidate("registries.conf", host, "credHelpers", helper, answer.Username, answer.Outcome)
            );
            if (answer.Outcome == Outcome.Failed && !candidates.Exists(IsUsable))
                fatal ??= answer.Failure;
        }
        int winner = candidates.FindIndex(IsUsable);
        return new ImageResolution(image, candidates, winner < 0 ? null : winner, [], winner < 0 ? fatal : null);
    }

    private static string? InFile(
        List<Candidate> candidates,
        string file,
        string text,
        string path,
        string host,
        HelperRuns helpers
    )
    {
        DockerConfigText config = DockerConfigText.Parse(text);
        if (config.Problem is { } problem)
            return $"{file}: {problem}";
        if (config.CredHelpers.TryGetValue(host, out string? helper))
        {
            HelperAnswer answer = helpers.Get(helper, host);
            candidates.Add(new Candidate(file, host, "credHelpers", helper, answer.Username, answer.Outcome));
            if (answer.Outcome == Outcome.Failed)
                return answer.Failure;
            if (answer.Outcome == Outcome.Credentials)
                return null;
        }
        candidates.AddRange(
            config
                .Auths.Where(auth => ImagePath.Serves(ImagePath.OfKey(auth.Key), path))
                .OrderByDescending(auth => ImagePath.OfKey(auth.Key).Length)
                .Select(auth => Static(file, auth))
        );
        return null;
    }

    private static (string Name, string Via)? HelperFor(DockerConfigText config, string key)
    {
        // An empty name opts a registry out of the store.
        if (config.CredHelpers.TryGetValue(key, out string? helper))
            return helper.Length > 0 ? (helper, "credHelpers") : null;
        return config.CredsStore is { } store ? (store, "credsStore") : null;
    }

    private static IEnumerable<Candidate> StaticOf(string source, DockerConfigText config, string key) =>
        config
            .Auths.Where(auth => auth.Key == key || HostOfKey(auth.Key) == HostOfKey(key))
            .OrderByDescending(auth => auth.Key == key)
            .Select(auth => Static(source, auth));

    private static string HostOfKey(string key)
    {
        int scheme = key.IndexOf("://", StringComparison.Ordinal);
        return (scheme < 0 ? key : key[(scheme + 3)..]).Split('/')[0];
    }

    private static Candidate Static(string source, StaticAuth auth) =>
        new(source, auth.Key, "auths", null, auth.Username, auth.IsEmpty ? Outcome.Empty : Outcome.Credentials);

    private static bool IsUsable(Candidate candidate) => candidate.Outcome == Outcome.Credentials;
}
