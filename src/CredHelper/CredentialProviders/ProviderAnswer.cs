using System.Text;
using System.Text.Json;
using CredHelper.Editing;
using CredHelper.Protocol;

namespace CredHelper.CredentialProviders;

/// <summary>The response of a provider, decoded as strictly as in the kubelet.</summary>
/// <param name="Problem">Why the kubelet rejects it; null if it does not. Contains no secret.</param>
internal sealed record ProviderAnswer(string? Problem)
{
    private const string Kind = "CredentialProviderResponse";
    private static readonly string[] CacheKeys = ["Image", "Registry", "Global"];

    /// <summary>Credentials by the pattern of images that they are for. Secret.</summary>
    public IReadOnlyDictionary<string, Credential> Logins { get; private init; } = new Dictionary<string, Credential>();

    /// <summary>How long the kubelet caches them, as written; null for its own default.</summary>
    public string? CacheDuration { get; private init; }

    /// <summary>Omits the credentials, which are secret.</summary>
    public override string ToString() => Problem ?? $"credentials for {Logins.Count} patterns";

    public static ProviderAnswer Parse(string output, string version)
    {
        if (output.Trim().Length == 0)
            return new ProviderAnswer("it prints nothing");
        YamlNode root;
        try
        {
            JsonSpan.Parse(Encoding.UTF8.GetBytes(output), 0);
            root = YamlReader.Read(output)!;
        }
        catch (Exception exception) when (exception is JsonException or YamlException)
        {
            return new ProviderAnswer("it does not print one JSON object");
        }
        if (root.Kind != YamlKind.Map)
            return new ProviderAnswer("it does not print one JSON object");
        if (root.TextOf("apiVersion") != version)
            return new ProviderAnswer($"its apiVersion is not {version}, the version of the request");
        if (root.TextOf("kind") != Kind)
            return new ProviderAnswer($"its kind is not {Kind}");
        return Decode(root);
    }

    private static ProviderAnswer Decode(YamlNode root)
    {
        string? problem = null;
        void Refuse(int line, string what) => problem ??= what;

        var map = new StrictMap(root, "", Refuse, "kind", "apiVersion", "cacheKeyType", "cacheDuration", "auth");
        if (!CacheKeys.Contains(map.Text("cacheKeyType")))
            problem ??= $"its cacheKeyType is not one of {string.Join(", ", CacheKeys)}";
        string duration = map.Text("cacheDuration");
        if (duration.Length > 0 && !GoDuration.IsValid(duration))
            problem ??= "its cacheDuration is not a duration";
        var logins = new Dictionary<string, Credential>(StringComparer.Ordinal);
        foreach (YamlMember member in map.Members("auth"))
        {
            var login = new StrictMap(member.Value, "auth", Refuse, "username", "password");
            logins[member.Name] = new Credential(member.Name, login.Text("username"), login.Text("password"));
        }
        return problem is null
            ? new ProviderAnswer((string?)null)
            {
                Logins = logins,
                CacheDuration = duration.Length > 0 ? duration : null,
            }
            : new ProviderAnswer(problem);
    }

    /// <summary>
    /// Returns the credentials for an image. The kubelet tries all that match, the alphabetically last pattern first.
    /// </summary>
    public KeyValuePair<string, Credential>? LoginFor(string image) =>
        Logins
            .Where(login => ImagePattern.Matches(KeyOf(login.Key), image))
            .OrderByDescending(login => KeyOf(login.Key), StringComparer.Ordinal)
            .Select(login => (KeyValuePair<string, Credential>?)login)
            .FirstOrDefault();

    /// <summary>Returns the host and path of a key, without a scheme and the version of the registry API.</summary>
    private static string KeyOf(string key)
    {
        foreach (string scheme in (string[])["https://", "http://"])
        {
            if (key.StartsWith(scheme, StringComparison.Ordinal))
                key = key[scheme.Length..];
        }
        int slash = key.IndexOf('/');
        if (slash < 0)
            return key;
        string path = key[slash..];
        if (path.StartsWith("/v1/", StringComparison.Ordinal) || path.StartsWith("/v2/", StringComparison.Ordinal))
            path = path[3..];
        return path == "/" ? key[..slash] : key[..slash] + path;
    }
}
