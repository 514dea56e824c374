using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// Which identity is to ask for a registry's token, before any of it is resolved: the variables of its account, else
/// the section of the registry map, else what the environment gives. <see cref="Origin"/> says which of them decided.
/// </summary>
internal sealed record IdentityChoice(string Origin)
{
    public string? Profile { get; init; }

    /// <summary>A role on top of the profile or of the ambient identity.</summary>
    public string? RoleArn { get; init; }

    public string? ExternalId { get; init; }

    public string? SessionName { get; init; }

    public string? Region { get; init; }

    public string? EndpointUrl { get; init; }

    /// <summary>
    /// The variable with an OIDC token (GitLab's <c>id_tokens</c>) that <see cref="RoleArn"/> is assumed with.
    /// </summary>
    public string? WebIdentityTokenVariable { get; init; }

    /// <summary>
    /// True for a token that its platform renews (a pod's service account): what is had for it may outlive that one
    /// token, and the next token of the same claims is the same identity. The claims then stand in the environment,
    /// where the key of a cached token is made.
    /// </summary>
    public bool IsTokenRenewed { get; init; }

    public string? CredentialSource { get; init; }

    /// <summary>Whatever the environment and the default profile give.</summary>
    public static IdentityChoice Ambient { get; } = new("the environment");

    public static IdentityChoice Of(
        EcrRegistry registry,
        RegistryConfiguration configuration,
        EnvironmentSnapshot environment
    )
    {
        if (registry is { Alias: null, AccountId: { } account } && OfAccount(account, environment) is { } choice)
            return choice;
        RegistrySection? section = configuration.SectionFor(registry);
        return section is null
            ? Ambient
            : new IdentityChoice(section.Origin)
            {
                Profile = section["profile"],
                RoleArn = section["role_arn"],
                ExternalId = section["external_id"],
                SessionName = section["session_name"],
                Region = section["region"],
                EndpointUrl = section["endpoint_url"],
                WebIdentityTokenVariable = section["web_identity_token_env"],
                CredentialSource = section["credential_source"],
            };
    }

    /// <summary>As in docker-credential-env: a profile or a role for one account.</summary>
    private static IdentityChoice? OfAccount(string account, EnvironmentSnapshot environment)
    {
        string profileName = "AWS_PROFILE_" + account,
            roleName = "AWS_ROLE_ARN_" + account;
        string? profile = environment[profileName],
            role = environment[roleName];
        if (profile is null && role is null)
            return null;
        string[] origin =
        [
            .. profile is null ? [] : (string[])[profileName],
            .. role is null ? [] : (string[])[roleName],
        ];
        return new IdentityChoice(string.Join(" and ", origin))
        {
            Profile = profile,
            RoleArn = role,
            // With a token at hand the role is for that token, not for whoever else is there.
            WebIdentityTokenVariable =
                role is not null && profile is null && environment["AWS_WEB_IDENTITY_TOKEN"] is not null
                    ? "AWS_WEB_IDENTITY_TOKEN"
                    : null,
        };
    }
}
