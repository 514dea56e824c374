using System.Text.Json;
using CredHelper.Errors;

namespace CredHelper.DockerConfig;

/// <summary>
/// The credential settings of a docker configuration: config.json as docker and GitLab Runner decode it, the variable
/// DOCKER_AUTH_CONFIG as docker decodes it, and podman's auth.json.
/// </summary>
internal sealed record DockerConfigFile
{
    private const string AuthsName = "auths",
        HelpersName = "credHelpers",
        StoreName = "credsStore",
        AuthName = "auth",
        TokenName = "identitytoken",
        UserName = "username",
        PasswordName = "password",
        RegistryTokenName = "registrytoken";

    /// <summary>docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties</summary>
    private static readonly GoType Docker = GoType.Struct(
        new Dictionary<string, GoType>
        {
            [AuthsName] = GoType.Map(
                GoType.Texts(UserName, PasswordName, AuthName, "serveraddress", TokenName, RegistryTokenName)
            ),
            [StoreName] = GoType.Text,
            [HelpersName] = GoType.Map(GoType.Text),
            ["HttpHeaders"] = GoType.Map(GoType.Text),
            ["psFormat"] = GoType.Text,
            ["imagesFormat"] = GoType.Text,
            ["networksFormat"] = GoType.Text,
            ["pluginsFormat"] = GoType.Text,
            ["volumesFormat"] = GoType.Text,
            ["statsFormat"] = GoType.Text,
            ["serviceInspectFormat"] = GoType.Text,
            ["servicesFormat"] = GoType.Text,
            ["tasksFormat"] = GoType.Text,
            ["secretFormat"] = GoType.Text,
            ["configFormat"] = GoType.Text,
            ["nodesFormat"] = GoType.Text,
            ["detachKeys"] = GoType.Text,
            ["currentContext"] = GoType.Text,
            ["pruneFilters"] = GoType.List(GoType.Text),
            ["cliPluginsExtraDirs"] = GoType.List(GoType.Text),
            ["proxies"] = GoType.Map(GoType.Texts("httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy")),
            ["plugins"] = GoType.Map(GoType.Map(GoType.Text)),
            ["aliases"] = GoType.Map(GoType.Text),
            ["features"] = GoType.Map(GoType.Text),
        }
    );

    /// <summary>containers-auth.json(5)</summary>
    private static readonly GoType PodmanAuths = GoType.Map(GoType.Texts(AuthName, TokenName)),
        Podman = GoType.Struct(
            new Dictionary<string, GoType> { [AuthsName] = PodmanAuths, [HelpersName] = GoType.Map(GoType.Text) }
        ),
        Variable = GoType.Struct(new Dictionary<string, GoType> { [AuthsName] = GoType.Map(GoType.Texts(AuthName)) });

    /// <summary>The names of settings for credentials.</summary>
    public static readonly string[] CredentialNames = [AuthsName, HelpersName, StoreName];

    private DockerConfigFile() { }

    /// <summary>In the order of the file; if a key is repeated, the last one.</summary>
    public IReadOnlyList<AuthEntry> Auths { get; private init; } = [];

    /// <summary>
    /// The entries that docker finds for a key: the one with that key, otherwise those with the host in an old
    /// notation, of which it picks any.
    /// </summary>
    public IReadOnlyList<AuthEntry> Find(string key) => Find([key], entry => RegistryKey.HostOf(entry.Key) == key);

    /// <summary>
    /// The entries that podman finds for a repository: the one with its name or the longest part of it, compared
    /// exactly, otherwise those with the host in an old notation, of which it picks any.
    /// </summary>
    public IReadOnlyList<AuthEntry> FindByPodman(string name)
    {
        string host = name.Split('/')[0];
        return Find(
            IsLegacy ? [host] : PartsOf(name),
            entry => RegistryKey.PodmanHostOf(entry.Key, IsLegacy) == RegistryKey.PodmanHost(host)
        );
    }

    private IReadOnlyList<AuthEntry> Find(IEnumerable<string> keys, Func<AuthEntry, bool> isOldNotation)
    {
        foreach (string key in keys)
        {
            if (Auths.FirstOrDefault(entry => entry.Key == key) is { } exact)
                return [exact];
        }
        return [.. Auths.Where(isOldNotation)];
    }

    /// <summary>A path and its parents, the longest first.</summary>
    private static IEnumerable<string> PartsOf(string path)
    {
        for (; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('/'))])
            yield return path;
    }

    /// <summary>Helper names by host.</summary>
    public IReadOnlyDictionary<string, string> CredHelpers { get; private init; } = new Dictionary<string, string>();

    public string? CredsStore { get; private init; }

    /// <summary>Names of the outermost object that are repeated, ignoring case.</summary>
    public IReadOnlyList<string> Duplicates { get; private init; } = [];

    /// <summary>Names of the outermost object that are not settings of docker.</summary>
    public IReadOnlyList<string> UnknownNames { get; private init; } = [];

    /// <summary>Whether it is .dockercfg, in podman's format.</summary>
    public bool IsLegacy { get; private init; }

    /// <summary>Why the program that reads it reports an error; null if it does not.</summary>
    public string? Problem { get; private init; }

    /// <summary>Whether it contains a credential helper or credentials.</summary>
    public bool ContainsAuth => CredsStore is not null || CredHelpers.Count > 0 || Auths.Count > 0;

    /// <summary>
    /// config.json as docker and GitLab Runner decode it: only the first JSON value is read, and <c>auth</c> is decoded
    /// in entries of <c>auths</c>, unless something before that is invalid.
    /// </summary>
    public static DockerConfigFile Parse(ReadOnlySpan<byte> content)
    {
        if (JsonValue.IsBlank(content))
            return Empty;
        if (ReadFirst(content, out _, out string? invalid) is not { } root)
            return new DockerConfigFile { Problem = invalid };
        var decoding = new GoDecoding();
        DockerConfigFile raw = Of(Docker.Decode(root, null, "", decoding), root, decoding.Problem);
        return decoding.Problem is null ? raw.WithDecodedAuths() : raw;
    }

    /// <summary>
    /// The variable DOCKER_AUTH_CONFIG as docker itself decodes it since version 28.3: entries of <c>auths</c> may only
    /// contain <c>auth</c>.
    /// </summary>
    public static DockerConfigFile ParseVariable(ReadOnlySpan<byte> content)
    {
        if (JsonValue.IsBlank(content))
            return Empty;
        if (ReadFirst(content, out int length, out string? invalid) is not { } root)
            return new DockerConfigFile { Problem = invalid };
        var decoding = new GoDecoding(AllowsUnknown: false);
        DockerConfigFile raw = Of(Variable.Decode(root, null, "", decoding), root, decoding.Problem);
        if (raw.Problem is not null)
            return raw;
        if (HasMore(content[length..]))
            return new DockerConfigFile { Problem = "it contains more than one JSON object" };
        return raw.Auths.FirstOrDefault(entry => entry.Auth.Length == 0) is { } bare
            ? new DockerConfigFile { Problem = $"{AuthsName} > {ForeignText.Clean(bare.Key)} has no {AuthName}" }
            : raw.WithDecodedAuths();
    }

    /// <summary>
    /// An auth file as podman decodes it: a single JSON value. An <c>auth</c> is decoded when it is needed.
    /// </summary>
    /// <param name="isLegacy">Whether it is .dockercfg, in which the entries are on the top level.</param>
    public static DockerConfigFile ParseAuthFile(ReadOnlySpan<byte> content, bool isLegacy = false)
    {
        if (JsonValue.IsBlank(content))
            return new DockerConfigFile { Problem = "it is empty" };
        if (ReadFirst(content, out int length, out string? invalid) is not { } root)
            return new DockerConfigFile { Problem = invalid };
        if (!JsonValue.IsBlank(content[length..]))
            return new DockerConfigFile { Problem = "there is text after its JSON" };
        var decoding = new GoDecoding();
        if (!isLegacy)
            return Of(Podman.Decode(root, null, "", decoding), root, decoding.Problem);
        object? auths = PodmanAuths.Decode(root, null, "", decoding);
        return new DockerConfigFile
        {
            Auths = EntriesOf(auths),
            IsLegacy = true,
            Problem = decoding.Problem,
        };
    }

    /// <summary>A file that does not exist.</summary>
    public static DockerConfigFile Empty { get; } = new();

    /// <summary>A source that could not be read.</summary>
    public static DockerConfigFile Unreadable(string problem) => new() { Problem = problem };

    private static JsonValue? ReadFirst(ReadOnlySpan<byte> content, out int length, out string? problem)
    {
        (length, problem) = (0, null);
        try
        {
            return JsonValue.ReadFirst(content, out length);
        }
        catch (JsonException exception)
        {
            problem = Invalid(content, exception);
            return null;
        }
    }

    private static string Invalid(ReadOnlySpan<byte> content, JsonException exception)
    {
        if (content.StartsWith("\uFEFF"u8))
            return "it is not valid JSON: it begins with a byte order mark";
        string place = $"line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}";
        string damage = JsonDamage.Of(content) is { } words ? $": {words}" : "";
        return $"it is not valid JSON ({place}){damage}";
    }

    /// <summary>Go's decoder does not count a closing bracket as another value.</summary>
    private static bool HasMore(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> next = rest.TrimStart(" \t\r\n"u8);
        return next.Length > 0 && next[0] is not ((byte)']' or (byte)'}');
    }

    private static DockerConfigFile Of(object? decoded, JsonValue root, string? problem)
    {
        var fields = (Dictionary<string, object?>)decoded!;
        return new DockerConfigFile
        {
            Auths = EntriesOf(fields.GetValueOrDefault(AuthsName)),
            CredHelpers = MapOf(fields.GetValueOrDefault(HelpersName))
                .ToDictionary(pair => pair.Key, pair => pair.Value as string ?? "", StringComparer.Ordinal),
            CredsStore = fields.GetValueOrDefault(StoreName) is string { Length: > 0 } store ? store : null,
            UnknownNames = [.. root.Members.Select(member => member.Name).Where(name => !Docker.Knows(name))],
            Duplicates =
            [
                .. root
                    .Members.Select(member => member.Name)
                    .GroupBy(name => name, NameComparer)
                    .Where(group => group.Count() > 1)
                    .Select(group => group.Key),
            ],
            Problem = problem,
        };
    }

    private static EqualityComparer<string> NameComparer { get; } =
        EqualityComparer<string>.Create((one, other) => GoType.IsSameName(one ?? "", other ?? ""), _ => 0);

    private static IReadOnlyList<AuthEntry> EntriesOf(object? auths) =>
        [
            .. MapOf(auths)
                .Select(pair =>
                {
                    IReadOnlyDictionary<string, object?> fields = MapOf(pair.Value);
                    string Field(string name) => fields.GetValueOrDefault(name) as string ?? "";
                    return new AuthEntry(pair.Key)
                    {
                        Auth = Field(AuthName),
                        Username = Field(UserName),
                        Password = Field(PasswordName),
                        IdentityToken = Field(TokenName),
                        RegistryToken = Field(RegistryTokenName),
                    };
                }),
        ];

    private static IReadOnlyDictionary<string, object?> MapOf(object? decoded) =>
        decoded as Dictionary<string, object?> ?? new Dictionary<string, object?>();

    private DockerConfigFile WithDecodedAuths()
    {
        string? first = null;
        var entries = new List<AuthEntry>();
        foreach (AuthEntry entry in Auths)
        {
            entries.Add(entry.Decoded(out string? problem));
            if (problem is not null)
                first ??= $"{AuthName} of {ForeignText.Clean(entry.Key)} {problem}";
        }
        return this with { Auths = entries, Problem = first };
    }

    /// <summary>Omits the entries, which contain credentials.</summary>
    public override string ToString() => $"{Auths.Count} logins, {CredHelpers.Count} helpers";
}
