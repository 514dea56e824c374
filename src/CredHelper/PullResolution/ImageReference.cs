using System.Text.RegularExpressions;

namespace CredHelper.PullResolution;

/// <summary>
/// An image by the grammar that docker and podman share (distribution's reference package), without its tag and digest:
/// <c>nginx</c> is <c>library/nginx</c> of <c>docker.io</c>.
/// </summary>
internal sealed partial record ImageReference(string Domain, string Path)
{
    /// <summary>What docker and podman say about a text that is none.</summary>
    public const string Invalid = "it is not a valid image reference";

    private const int LongestPath = 255;

    /// <summary>Pieces of the grammar: of a host, of a path, and behind the colon.</summary>
    private const string Label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?",
        Part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*",
        Tag = "[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}";

    public string Name => $"{Domain}/{Path}";

    /// <summary>Null if docker refuses it as an invalid reference.</summary>
    public static ImageReference? Parse(string text)
    {
        if (Identifier().IsMatch(text))
            return null;
        (string domain, string remainder) = Split(text);
        Match match = Remote().Match(remainder);
        if (!Host().IsMatch(domain) || !match.Success)
            return null;
        string path = match.Groups["path"].Value;
        return path.Length <= LongestPath && IsDigest(match.Groups["algorithm"].Value, match.Groups["hex"].Value)
            ? new ImageReference(domain, path)
            : null;
    }

    /// <summary>
    /// The host of what names a registry and not an image (<c>r.example:5000</c>, <c>https://r.example/v2/</c>); null
    /// for an image.
    /// </summary>
    public static string? RegistryOf(string text)
    {
        Match match = RegistryArgument().Match(text);
        return match.Success && Host().IsMatch(match.Groups["host"].Value) ? match.Groups["host"].Value : null;
    }

    /// <summary>Whether a person may ask about it.</summary>
    public static bool IsWellFormed(string text) => RegistryOf(text) is not null || Parse(text) is not null;

    /// <summary>The first part is a host if it looks like one; docker.io's own images have a path, too.</summary>
    private static (string Domain, string Remainder) Split(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : text[..slash];
        bool isHost = first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsUpper);
        string domain = isHost ? first : ImagePath.DockerHub,
            remainder = isHost ? text[(slash + 1)..] : text;
        if (domain == ImagePath.DockerHubIndex)
            domain = ImagePath.DockerHub;
        bool isOfficial = domain == ImagePath.DockerHub && !remainder.Contains('/', StringComparison.Ordinal);
        return (domain, isOfficial ? "library/" + remainder : remainder);
    }

    private static bool IsDigest(string algorithm, string hex) =>
        algorithm switch
        {
            "" => true,
            "sha256" => hex.Length == 64,
            "sha384" => hex.Length == 96,
            "sha512" => hex.Length == 128,
            _ => false,
        };

    [GeneratedRegex(@"\A[a-f0-9]{64}\z")]
    private static partial Regex Identifier();

    [GeneratedRegex(@$"\A(?:{Label}(?:\.{Label})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\z")]
    private static partial Regex Host();

    [GeneratedRegex($@"\A(?<path>{Part}(?:/{Part})*)(?::{Tag})?(?:@(?<algorithm>[a-z0-9+._-]+):(?<hex>[a-f0-9]+))?\z")]
    private static partial Regex Remote();

    /// <summary>A URL, a host with a slash behind it, or a word with a full stop before any colon.</summary>
    [GeneratedRegex(
        @"\A(?:https?://(?<host>[^/\s]+)(?:/\S*)?|(?<host>[^/\s]+)/|(?<host>[^/:\s]*\.[^/\s]*))\z",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex RegistryArgument();
}
