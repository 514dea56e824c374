namespace CredHelper.PullResolution;

/// <summary>
/// Image references and registry keys as GitLab Runner compares them (docs/protocol.md, 3.4): a path that begins with
/// a host in lower case.
/// </summary>
internal static class ImagePath
{
    public const string DockerHub = "docker.io";

    /// <summary>
    /// <c>nginx:1</c> is <c>docker.io/nginx</c>. What stands behind the first colon of the last part goes, so
    /// <c>app@sha256:…</c> leaves <c>app@sha256</c>, which no key of that repository matches.
    /// </summary>
    public static string OfImage(string image)
    {
        int slash = image.LastIndexOf('/');
        string last = image[(slash + 1)..];
        int colon = last.IndexOf(':');
        string path = string.Join(
            '/',
            $"{image[..(slash + 1)]}{(colon < 0 ? last : last[..colon])}".Split(
                '/',
                StringSplitOptions.RemoveEmptyEntries
            )
        );
        int end = path.IndexOf('/');
        string host = end < 0 ? "" : path[..end];
        if (
            end < 0
            || (
                !host.Contains('.', StringComparison.Ordinal)
                && !host.Contains(':', StringComparison.Ordinal)
                && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            return $"{DockerHub}/{path}";
        }

        return host.Equals("index." + DockerHub, StringComparison.OrdinalIgnoreCase)
            ? $"{DockerHub}{path[end..]}"
            : LowerHost(path);
    }

    /// <summary>
    /// What a person asks about: an image, or a registry by its host alone, which no image is (<c>r.example</c>,
    /// <c>r.example:5000</c>).
    /// </summary>
    public static string OfArgument(string text) =>
        !text.Contains('/', StringComparison.Ordinal) && text.Split(':')[0].Contains('.', StringComparison.Ordinal)
            ? text.ToLowerInvariant()
            : OfImage(text);

    /// <summary>
    /// A key of <c>auths</c> or <c>credHelpers</c>: with http(s):// its host alone, else the path without a tag.
    /// </summary>
    public static string OfKey(string key)
    {
        foreach (string scheme in new[] { "https://", "http://" })
        {
            if (!key.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                continue;
            string host = key[scheme.Length..].Split('/')[0].ToLowerInvariant();
            return host == "index." + DockerHub ? DockerHub : host;
        }
        string path = key.EndsWith('/') ? key[..^1] : key;
        int slash = path.LastIndexOf('/'),
            colon = path.LastIndexOf(':');
        return LowerHost(slash >= 0 && colon > slash ? path[..colon] : path);
    }

    /// <summary>Whether a key's path serves an image: the same, or whole parts of it from the left.</summary>
    public static bool Serves(string keyPath, string imagePath) =>
        keyPath.Length > 0 && (imagePath == keyPath || imagePath.StartsWith(keyPath + "/", StringComparison.Ordinal));

    /// <summary>The host of an image as docker and podman ask for it.</summary>
    public static string HostOf(string image) => OfArgument(image).Split('/')[0];

    private static string LowerHost(string path)
    {
        int slash = path.IndexOf('/');
        return slash < 0 ? path.ToLowerInvariant() : path[..slash].ToLowerInvariant() + path[slash..];
    }
}
