using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The identity that a profile describes, in botocore's order: a role to assume, web identity, SSO, keys of the
/// credentials
/// file, credential_process, keys of the config file, and <c>aws login</c>. A role's <c>source_profile</c> may be a
/// role
/// again; a role that names its own profile uses the keys written beside it.
/// </summary>
internal sealed class ProfileCredentials(AwsContext aws)
{
    /// <summary>Null where the profile says nothing about credentials.</summary>
    /// <exception cref="HelperException">What it says cannot be used.</exception>
    public Task<AwsIdentity?> TryResolveAsync(AwsProfile profile, CancellationToken cancellationToken) =>
        TryResolveAsync(profile, [], cancellationToken);

    /// <summary>The identity of a profile that something names explicitly.</summary>
    /// <exception cref="HelperException">There is no such profile, or it says nothing about credentials.</exception>
    public async Task<AwsIdentity> ResolveNamedAsync(string name, CancellationToken cancellationToken)
    {
        AwsProfile profile =
            aws.Profiles.Find(name) ?? throw AwsSettings.UnknownProfile(name, "the registry map", aws.Profiles);
        return await TryResolveAsync(profile, cancellationToken) ?? throw WithoutCredentials(aws.Profiles, profile);
    }

    /// <summary>A profile that somebody names, and that says nothing about credentials.</summary>
    public static HelperException WithoutCredentials(AwsProfiles profiles, AwsProfile profile) =>
        new(
            FailureKind.Configuration,
            $"{profile} holds no credentials",
            profiles.DoubtAbout(profile)
                ?? $"aws configure --profile {SettingValue.Argument(profile.Name)}; to use the role of this "
                    + "machine, name no profile"
        );

    private async Task<AwsIdentity?> TryResolveAsync(
        AwsProfile profile,
        List<string> visited,
        CancellationToken cancellationToken
    )
    {
        if (profile.Word("role_arn") is { } roleArn && profile["web_identity_token_file"] is null)
        {
            visited.Add(profile.Name);
            RoleRequest request = RoleRequest.Of(profile, roleArn);
            return await new RoleSession(aws).AssumeAsync(
                await SourceAsync(profile, visited, cancellationToken),
                request,
                cancellationToken
            );
        }
        return await WithoutRoleAsync(profile, cancellationToken);
    }

    private async Task<AwsIdentity?> WithoutRoleAsync(AwsProfile profile, CancellationToken cancellationToken)
    {
        if (profile["web_identity_token_file"] is { } tokenFile)
            return await WebIdentityAsync(profile, tokenFile, cancellationToken);
        if (SsoSettings.Of(profile, aws.Profiles) is { } sso)
            return await new SsoCredentials(aws).ResolveAsync(sso, cancellationToken);
        if (Keys(profile, profile.InCredentialsFile) is { } keys)
            return keys;
        if (profile["credential_process"] is { } command)
            return await new ProcessCredentials(aws).RunAsync(profile, command, cancellationToken);
        if (Keys(profile, profile.InConfigFile) is { } others)
            return others;
        return profile["login_session"] is { } session
            ? await new LoginCredentials(aws).ResolveAsync(profile, session, cancellationToken)
            : null;
    }

    private Task<AwsIdentity> SourceAsync(AwsProfile profile, List<string> visited, CancellationToken cancellationToken)
    {
        string? sourceName = profile["source_profile"],
            credentialSource = profile.Word("credential_source");
        if (sourceName is not null && credentialSource is not null)
            throw Unusable(profile, "has both source_profile and credential_source", "remove one of the two");
        if (credentialSource is not null)
            return new CredentialChain(aws).ResolveSourceAsync(credentialSource, cancellationToken);
        return sourceName is not null
            ? SourceProfileAsync(profile, sourceName, visited, cancellationToken)
            : throw Unusable(
                profile,
                "has a role_arn and no source_profile",
                "add source_profile = NAME, a profile whose credentials may assume the role, or credential_source"
            );
    }

    private async Task<AwsIdentity> SourceProfileAsync(
        AwsProfile profile,
        string sourceName,
        List<string> visited,
        CancellationToken cancellationToken
    )
    {
        if (sourceName == profile.Name)
        {
            return Keys(profile, profile.InCredentialsFile)
                ?? Keys(profile, profile.InConfigFile)
                ?? throw Unusable(
                    profile,
                    "names itself as source_profile and has no keys",
                    "add aws_access_key_id and aws_secret_access_key to it"
                );
        }
        if (visited.Contains(sourceName))
            throw Unusable(
                profile,
                $"is part of a circle of source_profile: {string.Join(" -> ", visited)} -> {sourceName}",
                "let the last of them name a profile with keys"
            );
        AwsProfile source =
            aws.Profiles.Find(sourceName)
            ?? throw AwsSettings.UnknownProfile(sourceName, $"the source_profile of {profile}", aws.Profiles);
        // botocore: a source with keys is its keys, whatever role stands beside them.
        bool hasKeys = source["aws_access_key_id"] is not null || source["aws_secret_access_key"] is not null;
        return await (
                hasKeys
                    ? WithoutRoleAsync(source, cancellationToken)
                    : TryResolveAsync(source, visited, cancellationToken)
            )
            ?? throw Unusable(
                source,
                $"is the source_profile of {profile} and has no credentials",
                $"aws configure --profile {SettingValue.Argument(source.Name)}"
            );
    }

    private Task<AwsIdentity> WebIdentityAsync(
        AwsProfile profile,
        string tokenFile,
        CancellationToken cancellationToken
    )
    {
        string roleArn =
            profile.Word("role_arn")
            ?? throw Unusable(
                profile,
                "has a web_identity_token_file and no role_arn",
                "add role_arn = the role to assume with it"
            );
        var request = new RoleRequest(roleArn)
        {
            SessionName = profile["role_session_name"],
            Duration = RoleRequest.DurationOf(profile),
            Region = profile.Word("region"),
        };
        return new WebIdentityRole(aws).AssumeAsync(
            new Dependency(DependencyKind.File, tokenFile),
            request,
            cancellationToken
        );
    }

    /// <summary>The keys of one file: a key of the one and a secret of the other do not belong together.</summary>
    private AwsIdentity? Keys(AwsProfile profile, ConfigSection? section)
    {
        string? id = Value(section, "aws_access_key_id"),
            secret = Value(section, "aws_secret_access_key");
        if (id is null && secret is null)
            return null;
        if (id is null || secret is null)
            throw Unusable(
                profile,
                $"has no {(id is null ? "aws_access_key_id" : "aws_secret_access_key")}",
                $"aws configure --profile {SettingValue.Argument(profile.Name)}"
            );
        string? token = Value(section, "aws_session_token") ?? Value(section, "aws_security_token");
        return new AwsIdentity(CredentialChain.KeysOf(id, secret, token), $"access key of {profile}");
    }

    private static string? Value(ConfigSection? section, string key) =>
        section?.Settings.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    private HelperException Unusable(AwsProfile profile, string what, string hint) =>
        new(FailureKind.Configuration, $"{profile} {what}", aws.Profiles.DoubtAbout(profile) ?? hint);
}
