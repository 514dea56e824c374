using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// Chooses the credential source of a profile, in botocore's order: a role to assume, web identity, SSO, keys of the
/// credentials file, <c>aws login</c>, credential_process, and keys of the config file. The <c>source_profile</c> of a
/// role may itself be a role; a role that names its own profile uses the keys of that profile.
/// </summary>
internal sealed class ProfilePlanner(AwsContext aws)
{
    /// <summary>Returns null if the profile has no settings for credentials.</summary>
    /// <exception cref="HelperException">Its settings cannot be used.</exception>
    public ICredentialSource? Of(AwsProfile profile) => Of(profile, []);

    /// <summary>Returns the source of a profile that is named explicitly.</summary>
    /// <param name="name">The profile's name.</param>
    /// <param name="origin">What names it: a variable, an option or a section.</param>
    /// <exception cref="HelperException">There is no such profile, or it has no settings for credentials.</exception>
    public ICredentialSource OfNamed(string name, string origin)
    {
        AwsProfile profile = aws.Profiles.Find(name) ?? throw AwsSettings.UnknownProfile(name, origin, aws.Profiles);
        return Of(profile) ?? throw WithoutCredentials(profile);
    }

    /// <summary>Returns the role that a profile assumes with other credentials; null if it names none.</summary>
    /// <exception cref="HelperException">Its settings cannot be used.</exception>
    public ICredentialSource? RoleOf(AwsProfile profile) => IsRole(profile) ? Of(profile) : null;

    public HelperException WithoutCredentials(AwsProfile profile) =>
        new(
            FailureKind.Configuration,
            $"{profile} has no credentials",
            aws.Profiles.SuggestionFor(profile)
                ?? $"{AwsCli.ConfigureProfile(profile.Name)}; to use the role of this machine, do not set a profile"
        )
        {
            Command = AwsCli.ConfigureProfile(profile.Name),
        };

    private ICredentialSource? Of(AwsProfile profile, List<string> visited)
    {
        if (!IsRole(profile))
            return WithoutRole(profile);
        visited.Add(profile.Name);
        RoleRequest request = RoleRequest.Of(profile, profile.Word("role_arn")!);
        ICredentialSource source = Source(profile, visited);
        return profile["mfa_serial"] is null
            ? new AssumedRole(aws, source, request)
            : new CliSession(aws, profile, request);
    }

    private static bool IsRole(AwsProfile profile) =>
        profile.Word("role_arn") is not null && profile["web_identity_token_file"] is null;

    private ICredentialSource? WithoutRole(AwsProfile profile)
    {
        if (profile["web_identity_token_file"] is { } tokenFile)
            return WebIdentity(profile, tokenFile);
        if (SsoSettings.Of(profile, aws.Profiles) is { } sso)
            return new SsoCredentials(aws, sso);
        if (Key(profile, profile.InCredentialsFile) is { } key)
            return key;
        if (profile["login_session"] is { } session)
            return new LoginCredentials(aws, profile, session);
        return profile["credential_process"] is { } command
            ? new ProcessCredentials(aws, profile, command)
            : Key(profile, profile.InConfigFile);
    }

    private ICredentialSource Source(AwsProfile profile, List<string> visited)
    {
        string? sourceName = profile["source_profile"],
            credentialSource = profile.Word("credential_source");
        if (sourceName is not null && credentialSource is not null)
            throw Unusable(profile, "has both source_profile and credential_source", "remove one of the two");
        if (credentialSource is not null)
            return NamedSource.Of(aws, credentialSource);
        return sourceName is not null
            ? SourceProfile(profile, sourceName, visited)
            : throw Unusable(
                profile,
                "has role_arn but no source_profile",
                "add source_profile = NAME, a profile whose credentials may assume the role, or credential_source"
            );
    }

    private ICredentialSource SourceProfile(AwsProfile profile, string sourceName, List<string> visited)
    {
        if (sourceName == profile.Name)
        {
            return Key(profile, profile.InCredentialsFile)
                ?? Key(profile, profile.InConfigFile)
                ?? throw Unusable(
                    profile,
                    "has itself as source_profile but no keys",
                    "add aws_access_key_id and aws_secret_access_key to it"
                );
        }
        if (visited.Contains(sourceName))
        {
            throw Unusable(
                profile,
                $"is part of a loop of source_profile: {string.Join(" -> ", visited)} -> {sourceName}",
                "set source_profile of the last one to a profile with keys"
            );
        }

        AwsProfile source =
            aws.Profiles.Find(sourceName)
            ?? throw AwsSettings.UnknownProfile(sourceName, $"the source_profile of {profile}", aws.Profiles);
        // As in botocore, a source profile with keys provides those keys, even if it also has a role.
        bool hasKeys = source["aws_access_key_id"] is not null || source["aws_secret_access_key"] is not null;
        return (hasKeys ? WithoutRole(source) : Of(source, visited))
            ?? throw Unusable(
                source,
                $"is the source_profile of {profile} but has no credentials",
                AwsCli.ConfigureProfile(source.Name),
                isCommand: true
            );
    }

    private WebIdentityRole WebIdentity(AwsProfile profile, string tokenFile)
    {
        string roleArn =
            profile.Word("role_arn")
            ?? throw Unusable(
                profile,
                "has web_identity_token_file but no role_arn",
                "add role_arn = the role to assume with it"
            );
        var request = new RoleRequest(roleArn)
        {
            SessionName = profile["role_session_name"],
            Duration = RoleRequest.DurationOf(profile),
            Region = RoleRequest.RegionOf(profile),
        };
        return new WebIdentityRole(
            aws,
            new Dependency(DependencyKind.File, tokenFile),
            request,
            $"web_identity_token_file of {profile}"
        );
    }

    /// <summary>Returns the key of one file: an id and a secret of different files do not belong together.</summary>
    private AccessKey? Key(AwsProfile profile, ConfigSection? section)
    {
        string? id = KeyOf(profile, section, "aws_access_key_id"),
            secret = KeyOf(profile, section, "aws_secret_access_key");
        if (id is null && secret is null)
            return null;
        if (id is null || secret is null)
        {
            throw Unusable(
                profile,
                $"has no {(id is null ? "aws_access_key_id" : "aws_secret_access_key")}",
                AwsCli.ConfigureProfile(profile.Name),
                isCommand: true
            );
        }

        string? token = KeyOf(profile, section, "aws_session_token") ?? KeyOf(profile, section, "aws_security_token");
        return new AccessKey(
            new SessionKeys(id, secret, token, Expiration: null),
            $"access key of {profile}",
            SourceFacts.OfProfile(AccessKey.Kind, profile, "aws_access_key_id")
        );
    }

    private static string? KeyOf(AwsProfile profile, ConfigSection? section, string key) =>
        section?.Settings.GetValueOrDefault(key) is { Length: > 0 } value
            ? KeyText.OfFile(new Setting(value, profile.OriginOf(key, section)))
            : null;

    private HelperException Unusable(AwsProfile profile, string what, string hint, bool isCommand = false) =>
        new(FailureKind.Configuration, $"{profile} {what}", aws.Profiles.SuggestionFor(profile) ?? hint)
        {
            Command = isCommand ? hint : null,
        };
}
