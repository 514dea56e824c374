using System.Text.Json;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// An OIDC token for assuming a role, and its location: a variable (GitLab's id_tokens) or a file (EKS). The claims are
/// only read for messages and for the token's expiry; STS validates the token.
/// </summary>
internal sealed class WebIdentityToken
{
    private static readonly string[] TrustedClaims = ["iss", "aud", "sub"];
    private readonly JsonElement _claims;

    private WebIdentityToken(string text, Dependency place)
    {
        Text = text;
        Place = place;
        _claims = TokenClaims.Of(text);
    }

    /// <summary>Secret.</summary>
    public string Text { get; }

    public Dependency Place { get; }

    /// <summary>The expiry in the token's own <c>exp</c> (RFC 7519); null if it has none.</summary>
    public DateTimeOffset? Expiry =>
        _claims.ValueKind == JsonValueKind.Object && _claims.TryGetProperty("exp", out JsonElement exp)
            ? NumericDate.Of(exp)
            : null;

    /// <summary>
    /// Issuer, audience and subject, which the role's trust policy must accept; empty if the token has none.
    /// </summary>
    public string Claims =>
        string.Join(
            ", ",
            TrustedClaims
                .Select(name => (Name: name, Value: Claim(name)))
                .Where(claim => claim.Value is not null)
                .Select(claim => $"{claim.Name} {claim.Value}")
        );

    /// <param name="environment">The environment with the variable.</param>
    /// <param name="place">The location of the token.</param>
    /// <param name="origin">The variable or key that names a file, for messages.</param>
    /// <exception cref="HelperException">The variable is not set, or the file contains no token.</exception>
    public static WebIdentityToken Read(EnvironmentSnapshot environment, Dependency place, string origin)
    {
        if (place.Kind == DependencyKind.File)
        {
            string path = Path.GetFullPath(environment.ExpandHome(place.Name) ?? place.Name);
            return new WebIdentityToken(TokenFile.Read(path, origin), place with { Name = path });
        }
        string? token = environment[place.Name]?.Trim();
        return token is { Length: > 0 }
            ? new WebIdentityToken(token, place)
            : throw new HelperException(
                FailureKind.Configuration,
                $"{place.Name}, which should contain an id token, is not set",
                $"add to .gitlab-ci.yml: id_tokens: {{ {place.Name}: {{ aud: … }} }}"
            );
    }

    private string? Claim(string name)
    {
        if (_claims.ValueKind != JsonValueKind.Object || !_claims.TryGetProperty(name, out JsonElement claim))
            return null;
        if (claim.ValueKind == JsonValueKind.Array && claim.GetArrayLength() > 0)
            claim = claim[0];
        return claim.ValueKind == JsonValueKind.String && claim.GetString() is { Length: > 0 } text
            ? ForeignText.Clean(text)
            : null;
    }

    public override string ToString() => Place.Name;
}
