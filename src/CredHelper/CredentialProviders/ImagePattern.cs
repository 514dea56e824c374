namespace CredHelper.CredentialProviders;

/// <summary>
/// An image, or a pattern of <c>matchImages</c> and of a response's <c>auth</c>, compared as in the kubelet: the host
/// label by label with globs, the port exactly, and the path by its prefix.
/// </summary>
internal sealed record ImagePattern(string Host, string Port, string Path)
{
    /// <summary>Characters besides letters and digits that Go allows in a host.</summary>
    private const string HostCharacters = "-_.~!$&'()*+,;=:[]<>\"";

    /// <summary>Returns null if Go rejects the text as an address.</summary>
    public static ImagePattern? Parse(string text)
    {
        if (text.Any(c => c < ' ' || c == '\x7F'))
            return null;
        string rest = text.Split('#')[0].Split('?')[0];
        int slash = rest.IndexOf('/');
        string authority = slash < 0 ? rest : rest[..slash],
            path = slash < 0 ? "" : rest[slash..];
        string host = authority[(authority.LastIndexOf('@') + 1)..];
        return IsHost(host) && Unescape(path) is { } plain ? Split(host, plain) : null;
    }

    private static bool IsHost(string host)
    {
        int bracket = host.LastIndexOf(']'),
            colon = host.LastIndexOf(':');
        bool isOpen = host.StartsWith('[') && bracket < 0,
            hasOddPort = colon > bracket && !host[(colon + 1)..].All(char.IsAsciiDigit);
        return !isOpen
            && !hasOddPort
            && !host.Any(c => c < 0x80 && !char.IsAsciiLetterOrDigit(c) && !HostCharacters.Contains(c));
    }

    /// <summary>Whether the path contains a glob, which only matches literally.</summary>
    public bool HasGlobInPath => Path.AsSpan().ContainsAny('*', '[');

    public bool Matches(ImagePattern image)
    {
        string[] globs = Host.Split('.'),
            labels = image.Host.Split('.');
        return Port == image.Port
            && globs.Length == labels.Length
            && image.Path.StartsWith(Path, StringComparison.Ordinal)
            && globs.Zip(labels).All(pair => Glob.Matches(pair.First, pair.Second));
    }

    /// <summary>Matches two texts; false if one of them is not an address.</summary>
    public static bool Matches(string pattern, string image) =>
        Parse(pattern) is { } one && Parse(image) is { } other && one.Matches(other);

    /// <summary>Go separates a port only if the host is not ambiguous.</summary>
    private static ImagePattern Split(string host, string path)
    {
        int colon = host.LastIndexOf(':');
        if (host.StartsWith('['))
        {
            bool hasPort = colon == host.IndexOf(']') + 1;
            return hasPort
                ? new ImagePattern(host[1..(colon - 1)], host[(colon + 1)..], path)
                : new ImagePattern(host, "", path);
        }
        return colon >= 0 && host.IndexOf(':') == colon
            ? new ImagePattern(host[..colon], host[(colon + 1)..], path)
            : new ImagePattern(host, "", path);
    }

    private static string? Unescape(string path)
    {
        for (int i = path.IndexOf('%'); i >= 0; i = path.IndexOf('%', i + 1))
        {
            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
                return null;
        }
        return Uri.UnescapeDataString(path);
    }
}
