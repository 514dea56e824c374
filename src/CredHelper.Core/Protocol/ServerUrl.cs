using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Protocol;

/// <summary>
/// Reads the server URL that <c>get</c> and <c>erase</c> receive. Clients send it with and without a newline, with
/// CRLF, followed by spaces, and split over lines (docs/reference/protocol.md, 1).
/// </summary>
internal static class ServerUrl
{
    /// <summary>Bytes. URLs of registries are much shorter.</summary>
    public const int MaxLength = 64 * 1024;

    private const string Https = "https://";
    private const string Http = "http://";
    private const string DefaultPort = ":443";

    private static readonly string[] DockerHubForms =
    [
        "index.docker.io/v1",
        "docker.io",
        "index.docker.io",
        "registry-1.docker.io",
    ];

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Returns the URL with its lines joined and surrounding whitespace removed.</summary>
    /// <exception cref="HelperException">It is blank, too long, or not text.</exception>
    public static string Parse(ReadOnlySpan<byte> input)
    {
        if (input.Length > MaxLength)
        {
            throw new HelperException(
                FailureKind.Usage,
                $"the server URL on standard input is longer than {MaxLength / 1024} KiB"
            );
        }

        string text;
        try
        {
            text = Strict.GetString(input);
        }
        catch (ArgumentException exception)
        {
            throw new HelperException(
                FailureKind.Usage,
                "the server URL on standard input is not UTF-8 text",
                null,
                exception
            );
        }
        text = text.Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n", "", StringComparison.Ordinal)
            .TrimStart('\uFEFF')
            .Trim();
        return text.Length > 0 ? text : throw new HelperException(FailureKind.Usage, ProtocolText.MissingServerUrl);
    }

    /// <summary>Whether the URL is plain http, for which no ECR token is ever returned.</summary>
    public static bool IsPlainHttp(ReadOnlySpan<char> serverUrl) => AsciiCase.StartsWith(serverUrl, Http);

    /// <summary>
    /// Returns the text after <c>https://</c> or <c>http://</c>; the whole text if it has no such scheme.
    /// </summary>
    public static string WithoutScheme(string serverUrl) =>
        IsPlainHttp(serverUrl) ? serverUrl[Http.Length..] : WithoutHttps(serverUrl).ToString();

    /// <summary>
    /// Returns host and port in lower case, without port 443: the name used to look up aliases. Null for plain http.
    /// </summary>
    public static string? ServerName(ReadOnlySpan<char> serverUrl)
    {
        byte[] url = Encoding.UTF8.GetBytes([.. serverUrl]);
        return NativeScratch.Use(
            (ref Scratch scratch) =>
                CachedGet.ServerName.TryAdd(ref scratch, scratch.AddCopy(url), out Bytes name) ? name.ToString() : null
        );
    }

    /// <summary>
    /// Returns the form in which two spellings of a server are equal: docker stores <c>host</c>, other clients request
    /// <c>https://host</c> or <c>host:443</c>. Plain http and paths are kept.
    /// </summary>
    public static string Canonical(string serverUrl)
    {
        ReadOnlySpan<char> rest = WithoutHttps(serverUrl).TrimEnd('/');
        int slash = rest.IndexOf('/');
        ReadOnlySpan<char> host = slash < 0 ? rest : rest[..slash],
            path = slash < 0 ? "" : rest[slash..];
        return string.Concat(AsciiCase.ToLower(WithoutDefaultPort(host).ToString()), path);
    }

    /// <summary>
    /// Returns the canonical forms under which credentials of a server may be stored, its own first: docker and podman
    /// use different names for Docker Hub.
    /// </summary>
    public static IReadOnlyList<string> CanonicalForms(string serverUrl)
    {
        string own = Canonical(serverUrl);
        return DockerHubForms.Contains(own) ? [own, .. DockerHubForms.Where(form => form != own)] : [own];
    }

    private static ReadOnlySpan<char> WithoutHttps(ReadOnlySpan<char> serverUrl) =>
        AsciiCase.StartsWith(serverUrl, Https) ? serverUrl[Https.Length..] : serverUrl;

    private static ReadOnlySpan<char> WithoutDefaultPort(ReadOnlySpan<char> authority)
    {
        while (authority.EndsWith(DefaultPort, StringComparison.Ordinal))
            authority = authority[..^DefaultPort.Length];
        return authority;
    }
}
