using CredHelper.DockerConfig;

namespace CredHelper.PullResolution;

/// <summary>
/// Docker's choice of credentials: the variable if it has the registry, otherwise the helper that config.json names for
/// it, otherwise its entry in <c>auths</c>. Docker warns about what it cannot decode and continues with the rest.
/// </summary>
internal sealed class DockerResolution(ClientConfigs configs, ICredentialHelpers helpers) : IPullResolution
{
    private const string HubKey = "https://index.docker.io/v1/";

    public IReadOnlyList<DroppedSource> Dropped { get; } =
        configs.Variable is { Config.Problem: { } problem } variable
            ? [new DroppedSource(variable.Name, problem, "docker")]
            : [];

    public string? FatalReason => null;

    public ImageResolution For(string image) =>
        ImageReference.Parse(image) is { } reference
            ? For(image, reference.Domain)
            : new ImageResolution(image, [], null, Dropped, ImageReference.Invalid);

    public ImageResolution ForRegistry(string host) => For(host, host);

    private ImageResolution For(string image, string host)
    {
        string key = host is ImagePath.DockerHub or ImagePath.DockerHubIndex ? HubKey : host;
        string? failure = null;
        FailureOrigin? origin = null;
        IReadOnlyList<Candidate> found = InVariable(key) is { } own ? [own] : InFile(key, out failure, out origin);
        return new ImageResolution(image, found, found is [{ IsUsable: true }, ..] ? 0 : null, Dropped, failure)
        {
            Origin = origin,
            IsArbitrary = found.Count > 1,
        };
    }

    private Candidate? InVariable(string key) =>
        configs.Variable is { Config.Problem: null } variable
        && variable.Config.Auths.FirstOrDefault(entry => entry.Key == key) is { } entry
            ? Candidate.Of(variable.Name, entry)
            : null;

    private IReadOnlyList<Candidate> InFile(string key, out string? failure, out FailureOrigin? origin)
    {
        (failure, origin) = (null, null);
        ConfigSource file = configs.Files is [var present, ..]
            ? present
            : new ConfigSource(configs.MainPath, DockerConfigFile.Empty);
        IReadOnlyList<AuthEntry> entries = file.Config.Find(key);
        if (HelperFor(file.Config, key) is not { } helper)
            return [.. entries.Select(entry => Candidate.Of(file.Name, entry))];
        HelperAnswer answer = helpers.Get(helper.Name, key);
        failure = answer.Failure;
        origin = failure is null ? null : new FailureOrigin(file.Name, helper.Name);
        Candidate asked = Candidate.Of(file.Name, key, helper.Via, helper.Name, answer);
        return [failure is null ? asked.WithTokenOf(entries) : asked];
    }

    /// <summary>Null if docker reads the file itself: an empty name excludes a registry from the store.</summary>
    private (string Name, string Via)? HelperFor(DockerConfigFile config, string key)
    {
        if (config.CredHelpers.TryGetValue(key, out string? helper))
            return helper.Length > 0 ? (helper, Candidate.ViaHelpers) : null;
        string? store = config.ContainsAuth ? config.CredsStore : DefaultStore();
        return store is null ? null : (store, Candidate.ViaStore);
    }

    /// <summary>Without any credentials in its configuration, docker looks for the system's default store.</summary>
    private string? DefaultStore()
    {
        string store = helpers.IsOnPath("pass") ? "pass" : "secretservice";
        if (OperatingSystem.IsWindows())
            store = "wincred";
        else if (OperatingSystem.IsMacOS())
            store = "osxkeychain";
        return helpers.IsOnPath(HelperProgram.Of(store)) ? store : null;
    }
}
