using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// The identity to request a registry's token with, before it is resolved: from the variables of its account, else from
/// the section of the registry configuration, else from the environment. <see cref="Origin"/> says which of them
/// decided.
/// </summary>
internal sealed record IdentityChoice(string Origin)
{
    private const string TokenVariable = "AWS_WEB_IDENTITY_TOKEN",
        And = " and ";

    /// <summary>The section that decided; null if it was variables or the default.</summary>
    public RegistrySection? Section { get; private init; }

    /// <summary>The variables that decided; empty if it was a section or the default.</summary>
    public IReadOnlyList<string> Variables => Section is not null || Origin == Ambient.Origin ? [] : Origin.Split(And);

    public string? Profile { get; init; }

    /// <summary>A role to assume with the profile or the ambient identity.</summary>
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
    /// True for a token that its platform renews (a pod's service account). Credentials fetched with it may outlive
    /// that token, and the next token with the same claims is the same identity. The key of a cached token then
    /// contains those claims (<see cref="HelperContext.OnBehalfOf"/>).
    /// </summary>
    public bool IsTokenRenewed { get; init; }

    public string? CredentialSource { get; init; }

    /// <summary>
    /// The variables that a <c>credential_process</c> takes an identity from, as listed by the user in the section;
    /// null if there is no list, in which case every variable counts.
    /// </summary>
    public IReadOnlyList<string>? ProcessVariables { get; init; }

    /// <summary>
    /// The account whose own access key is in the environment, in variables with its number as suffix; null for none.
    /// </summary>
    public string? AccessKeyAccount { get; init; }

    /// <summary>The identity of the environment and the default profile.</summary>
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
                Section = section,
                Profile = section["profile"],
                RoleArn = RoleArnOf(section, registry),
                ExternalId = section["external_id"],
                SessionName = section["session_name"],
                Region = section["region"],
                EndpointUrl = section["endpoint_url"],
                WebIdentityTokenVariable = section["web_identity_token_env"],
                CredentialSource = section["credential_source"],
                ProcessVariables = section["credential_process_env"] is { } list
                    ? RegistryConfigurationKeys.Patterns(list)
                    : null,
            };
    }

    /// <summary>
    /// Returns the role of a section, with the account and region of the registry in place of its placeholders.
    /// </summary>
    private static string? RoleArnOf(RegistrySection section, EcrRegistry registry)
    {
        const string Account = "{account}",
            Region = "{region}";
        string? role = section["role_arn"];
        if (role is null || !role.Contains('{', StringComparison.Ordinal))
            return role;
        if (role.Contains(Account, StringComparison.Ordinal) && registry.AccountId is null)
        {
            throw section.Error(
                section.Values["role_arn"].Line,
                $"role_arn contains {Account}, but {registry.Host} has no account",
                "add a section for this registry with the ARN of a role"
            );
        }
        return role.Replace(Account, registry.AccountId, StringComparison.Ordinal)
            .Replace(Region, registry.Region, StringComparison.Ordinal);
    }

    /// <summary>As in docker-credential-env: an access key, a profile or a role for one account.</summary>
    private static IdentityChoice? OfAccount(string account, EnvironmentSnapshot environment)
    {
        string profileName = "AWS_PROFILE_" + account,
            roleName = "AWS_ROLE_ARN_" + account,
            keyName = "AWS_ACCESS_KEY_ID_" + account,
            secretName = "AWS_SECRET_ACCESS_KEY_" + account;
        // An access key takes precedence over a profile, as in variables without an account.
        bool hasKey = (environment[keyName] ?? environment[secretName]) is not null;
        string? profile = hasKey ? null : environment[profileName],
            role = environment[roleName];
        if (!hasKey && (profile ?? role) is null)
            return null;
        string[] names = [keyName, profileName, roleName];
        bool[] isUsed = [hasKey, profile is not null, role is not null];
        // If there is a token, the role is assumed with that token, not with another identity.
        bool isForToken = !hasKey && profile is null && environment[TokenVariable] is not null;
        return new IdentityChoice(string.Join(And, names.Where((_, index) => isUsed[index])))
        {
            Profile = profile,
            RoleArn = role,
            AccessKeyAccount = hasKey ? account : null,
            WebIdentityTokenVariable = isForToken ? TokenVariable : null,
        };
    }
}
