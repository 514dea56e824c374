using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The IAM Identity Center settings of a profile: through <c>sso_session</c> and its section, or all in the profile
/// itself (the legacy form, without refresh tokens).
/// </summary>
/// <param name="SessionName">Null in the legacy form.</param>
internal sealed record SsoSettings(
    AwsProfile Profile,
    string? SessionName,
    string StartUrl,
    string Region,
    string AccountId,
    string RoleName
)
{
    private static readonly string[] OfSession = ["sso_region", "sso_start_url"];

    /// <summary>The description for people: <c>SSO session corp, role Admin of profile 'dev'</c>.</summary>
    public string Words => $"{Session}, role {SettingValue.Printable(RoleName)} of {Profile}";

    /// <summary>The description of the sign-in that it uses.</summary>
    public string Session =>
        SessionName is not null
            ? $"SSO session {SettingValue.Printable(SessionName)}"
            : $"SSO of {SettingValue.Printable(StartUrl)}";

    /// <summary>
    /// The name of the file in ~/.aws/sso/cache, derived as in the AWS CLI from the session name, or from the start URL
    /// in the legacy form.
    /// </summary>
    public string FileName => NameOf(SessionName ?? StartUrl);

    /// <summary>Returns null if the profile does not use SSO.</summary>
    /// <exception cref="HelperException">A setting is missing, or set twice with different values.</exception>
    public static SsoSettings? Of(AwsProfile profile, AwsProfiles profiles)
    {
        // These two settings make it a credential source; sso_session alone may be used by other tools.
        if (profile["sso_account_id"] is null && profile["sso_role_name"] is null)
            return null;
        (string Name, IReadOnlyDictionary<string, string> Settings)? session = SessionOf(profile, profiles);
        string account = Required(profile, "sso_account_id", null),
            role = profile["sso_role_name"] ?? Required(profile, "sso_role_name", null);
        string[] shared = [.. OfSession.Select(key => Required(profile, key, session))];
        bool isShared = SettingValue.Word(session?.Settings.GetValueOrDefault(OfSession[0])) is not null;
        string origin = isShared
            ? profiles.SsoSessionOrigin(session!.Value.Name, OfSession[0])
            : profile.OriginOf(OfSession[0]);
        string region = RegionName.Of(new Setting(shared[0], origin));
        return new SsoSettings(profile, session?.Name, shared[1], region, account, role);
    }

    [SuppressMessage(
        "Security",
        "CA5350",
        Justification = "The AWS CLI uses SHA-1 for the name of the file; it protects nothing."
    )]
    public static string NameOf(string text) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text))) + ".json";

    private static (string Name, IReadOnlyDictionary<string, string> Settings)? SessionOf(
        AwsProfile profile,
        AwsProfiles profiles
    )
    {
        if (profile["sso_session"] is not { } name)
            return null;
        // A name may contain spaces, so the whole value is tried before a trailing comment is removed.
        IReadOnlyDictionary<string, string>? settings =
            profiles.SsoSession(name)
            ?? (profile.Word("sso_session") is { } word ? profiles.SsoSession(name = word) : null);
        return settings is not null
            ? (name, settings)
            : throw new HelperException(
                FailureKind.Configuration,
                $"{profile.OriginOf("sso_session")} names a session that does not exist",
                $"add [sso-session {SettingValue.Printable(name)}] to "
                    + $"{SettingValue.Printable(profiles.ConfigPath)}, or run aws configure sso"
            );
    }

    private static string CommandOf(AwsProfile profile) =>
        $"aws configure sso --profile {SettingValue.Argument(profile.Name)}";

    private static string Required(
        AwsProfile profile,
        string key,
        (string Name, IReadOnlyDictionary<string, string> Settings)? session
    )
    {
        string? own = profile.Word(key),
            shared = SettingValue.Word(session?.Settings.GetValueOrDefault(key));
        if (own is not null && shared is not null && own != shared)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{profile.OriginOf(key)} differs from {key} of [sso-session "
                    + $"{SettingValue.Printable(session!.Value.Name)}]",
                "remove it from the profile"
            );
        }
        return shared
            ?? own
            ?? throw new HelperException(
                FailureKind.Configuration,
                $"{profile} uses SSO but has no {key}",
                CommandOf(profile)
            )
            {
                Command = CommandOf(profile),
            };
    }
}
