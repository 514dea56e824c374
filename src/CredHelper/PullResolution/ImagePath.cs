namespace CredHelper.PullResolution;

/// <summary>
/// Image references and registry keys as GitLab Runner compares them (docs/reference/protocol.md, 3.4): paths that
/// begin with a host in lower case, by the Unicode rules of Go's strings.ToLower. Requests to this program are compared
/// by ASCII only (<see cref="Platform.AsciiCase"/>).
/// </summary>
internal static class ImagePath
{
    public const string DockerHub = "docker.io",
        DockerHubIndex = "index." + DockerHub;

    /// <summary>
    /// <c>nginx:1</c> becomes <c>docker.io/nginx</c>. Everything after the first colon of the last part is removed, so
    /// <c>app@sha256:…</c> becomes <c>app@sha256</c>, which no key of that repository matches.
    /// </summary>
    public static string OfImage(string image)
    {
        int slash = image.LastIndexOf('/');
        string path = Clean($"{image[..(slash + 1)]}{image[(slash + 1)..].Split(':')[0]}");
        int end = path.IndexOf('/');
        string host = end < 0 ? "" : path[..end];
        bool isHost =
            host.AsSpan().ContainsAny('.', ':') || host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (!isHost)
            return Clean($"{DockerHub}/{path}");
        return host.Equals(DockerHubIndex, StringComparison.OrdinalIgnoreCase)
            ? LowerHost(path[(path.IndexOf('.') + 1)..])
            : LowerHost(path);
    }

    /// <summary>The path of an argument: an image or a registry.</summary>
    public static string OfArgument(string text) =>
        ImageReference.RegistryOf(text) is { } host ? OfHost(host.ToLowerInvariant()) : OfImage(text);

    /// <summary>Removes empty parts, <c>.</c> and <c>..</c> from a path, as Go's path.Join does.</summary>
    private static string Clean(string path)
    {
        bool isRooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts is [.., not ".."])
                    parts.RemoveAt(parts.Count - 1);
                else if (!isRooted)
                    parts.Add(part);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }
        string joined = string.Join('/', parts);
        return isRooted || joined.Length > 0 || path.Length == 0 ? (isRooted ? "/" : "") + joined : ".";
    }

    /// <summary>
    /// The path of a key of <c>auths</c> or <c>credHelpers</c>: its host if it begins with http(s)://, otherwise the
    /// key without a tag.
    /// </summary>
    public static string OfKey(string key)
    {
        foreach (string scheme in new[] { "https://", "http://" })
        {
            if (!key.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                continue;
            return OfHost(key[scheme.Length..].Split('/')[0].ToLowerInvariant());
        }
        string path = key.EndsWith('/') ? key[..^1] : key;
        int slash = path.LastIndexOf('/'),
            colon = path.LastIndexOf(':');
        return LowerHost(slash >= 0 && colon > slash ? path[..colon] : path);
    }

    private static string OfHost(string host) => host == DockerHubIndex ? DockerHub : host;

    /// <summary>
    /// Whether a key's path matches an image: they are equal, or the image's path begins with all parts of the key's.
    /// </summary>
    public static bool Serves(string keyPath, string imagePath) =>
        keyPath.Length > 0 && (imagePath == keyPath || imagePath.StartsWith(keyPath + "/", StringComparison.Ordinal));

    /// <summary>The host of an argument: an image or a registry.</summary>
    public static string HostOf(string image) => OfArgument(image).Split('/')[0];

    private static string LowerHost(string path)
    {
        int slash = path.IndexOf('/');
        return slash < 0 ? path.ToLowerInvariant() : path[..slash].ToLowerInvariant() + path[slash..];
    }
}
