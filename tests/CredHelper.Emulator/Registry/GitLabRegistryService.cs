using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace CredHelper.Emulator.Registry;

/// <summary>
/// A GitLab container registry with its own host name: requests need a bearer token, which <c>/jwt/auth</c> of the same
/// host issues for five minutes to the known user (docker's token authentication; the texts are GitLab's).
/// </summary>
internal sealed class GitLabRegistryService(GitLabRegistry registry, EmulatedClock clock, ReverseProxy? upstream)
    : RegistryService(upstream)
{
    private const string TokenPath = "/jwt/auth";
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The sizes of a JWT's header, payload and signature; only the emulator reads it.</summary>
    private static readonly int[] PartSizes = [24, 300, 192];

    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);

    public override string Name => "gitlab-registry";

    public override ValueTask<string?> RecognizeAsync(Exchange exchange)
    {
        bool isOurs =
            exchange.Request.Host.Host.Equals(registry.Host, StringComparison.OrdinalIgnoreCase)
            && (IsRegistryPath(exchange.Request) || exchange.Request.Path == TokenPath);
        return ValueTask.FromResult(isOurs ? OperationOf(exchange.Request) : null);
    }

    public override async Task<Answer> AnswerAsync(Exchange exchange)
    {
        if (exchange.Request.Path == TokenPath)
            return GiveToken(exchange);
        bool isAuthorized =
            Credentials(exchange.Request, "Bearer") is { } token
            && _tokens.TryGetValue(token, out DateTimeOffset expiry)
            && expiry > clock.Now;
        return isAuthorized ? await PassAsync(exchange) : Challenge(exchange);
    }

    private Answer GiveToken(Exchange exchange)
    {
        if (BasicCredentials(exchange.Request) != (registry.User, registry.Password))
            throw new ServiceError(403, "DENIED", "access forbidden");
        string token = string.Join(
            '.',
            PartSizes.Select(size => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(size)))
        );
        _tokens[token] = clock.Now + TokenLifetime;
        return Document(200, new { token });
    }

    private static Answer Challenge(Exchange exchange)
    {
        string challenge =
            $"Bearer realm=\"{exchange.Request.Scheme}://{exchange.Request.Host.Value}"
            + $"{TokenPath}\",service=\"container_registry\"";
        if (ScopeOf(exchange) is { } scope)
            challenge += $",scope=\"{scope}\"";
        return ToClient(
                Document(
                    401,
                    new { errors = new[] { new { code = "UNAUTHORIZED", message = "authentication required" } } }
                )
            )
            .With("Www-Authenticate", challenge);
    }

    /// <summary>The scope required for <c>/v2/NAME/(manifests|blobs|tags)/…</c>; null for <c>/v2/</c> itself.</summary>
    private static string? ScopeOf(Exchange exchange)
    {
        string[] segments = exchange.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int kind = Array.FindLastIndex(segments, segment => segment is "manifests" or "blobs" or "tags");
        string actions = exchange.Request.Method is "GET" or "HEAD" ? "pull" : "pull,push";
        return kind < 2 ? null : $"repository:{string.Join('/', segments[1..kind])}:{actions}";
    }
}
