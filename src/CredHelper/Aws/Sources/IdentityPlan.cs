using CredHelper.Aws.Config;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// In words, which source of credentials would be asked, in the order of <see cref="CredentialChain"/>, without asking
/// it.
/// </summary>
internal sealed class IdentityPlan(AwsContext aws)
{
    /// <summary>Where no source applies.</summary>
    public const string None =
        $"none: nothing is configured, and instance metadata is switched off ({MetadataEndpoint.Switch})";

    /// <exception cref="HelperException">A profile that is named is not there, or contradicts itself.</exception>
    public string Describe(IdentityChoice choice)
    {
        if (choice is { WebIdentityTokenVariable: { } variable, RoleArn: { } webRole })
            return $"role {webRole} by the web identity token in {variable}";
        string start =
            choice.Profile is { } name ? OfProfile(Named(name, choice.Origin), [])
            : choice.CredentialSource is { } source ? $"credential source {source}"
            : Ambient();
        return choice.RoleArn is { } role ? $"role {role} by {start}" : start;
    }

    private string Ambient()
    {
        EnvironmentSnapshot environment = aws.Environment;
        if (environment["AWS_ACCESS_KEY_ID"] is not null || environment["AWS_SECRET_ACCESS_KEY"] is not null)
            return "access key from the environment";
        if (environment["AWS_ROLE_ARN"] is { } role)
        {
            foreach (string variable in (string[])[WebIdentityRole.TokenVariable, WebIdentityRole.FileVariable])
            {
                if (environment[variable] is not null)
                    return $"role {ForeignText.Clean(role)} by the web identity token of {variable}";
            }
        }
        AwsSettings settings = aws.Settings;
        if (settings.ProfileOrigin != AwsSettings.DefaultProfile || HasCredentials(settings.Profile))
            return OfProfile(settings.Profile, []);
        return new ContainerCredentials(aws).Applies ? "container credentials"
            : MetadataEndpoint.IsSwitchedOff(aws.Environment) ? None
            : "instance metadata, if it answers";
    }

    private string OfProfile(AwsProfile profile, List<string> visited)
    {
        // As a source, a profile with keys is its keys, whatever role stands beside them.
        bool isKeys = visited.Count > 0 && profile["aws_access_key_id"] is not null;
        if (profile.Word("role_arn") is { } role && !isKeys)
        {
            role = ForeignText.Clean(role);
            if (profile["web_identity_token_file"] is not null)
                return $"role {role} by the web identity token file of {profile}";
            visited.Add(profile.Name);
            if (profile.Word("credential_source") is { } source)
                return $"role {role} of {profile} by credential source {source}";
            if (profile["source_profile"] is { } name && name != profile.Name && !visited.Contains(name))
                return $"role {role} of {profile} by "
                    + $"{OfProfile(Named(name, $"the source_profile of {profile}"), visited)}";
            return $"role {role} of {profile}";
        }
        if (SsoSettings.Of(profile, aws.Profiles) is { } sso)
            return sso.Words;
        if (
            profile["aws_access_key_id"] is not null
            && (profile.InCredentialsFile is not null || profile["credential_process"] is null)
        )
            return $"access key of {profile}";
        if (profile["credential_process"] is not null)
            return $"credential_process of {profile}";
        return profile["login_session"] is not null
            ? $"aws login session of {profile}"
            : throw ProfileCredentials.WithoutCredentials(aws.Profiles, profile);
    }

    private static bool HasCredentials(AwsProfile profile) =>
        (
            (string[])
                [
                    "role_arn",
                    "sso_account_id",
                    "aws_access_key_id",
                    "aws_secret_access_key",
                    "credential_process",
                    "login_session",
                ]
        ).Any(key => profile[key] is not null);

    private AwsProfile Named(string name, string origin) =>
        aws.Profiles.Find(name) ?? throw AwsSettings.UnknownProfile(name, origin, aws.Profiles);
}
