using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>
/// The contents of the user's two AWS files, by the rules of botocore's <c>build_profile_map</c>: <c>[default]</c> and
/// <c>[profile x]</c> in the config file (of two headers with one name, the whole later one counts), plain <c>[x]</c>
/// in the credentials file. Names are case-sensitive. No content makes it throw; see <see cref="AwsFile"/> for the
/// errors.
/// </summary>
internal sealed class AwsProfiles
{
    private const string DefaultSection = "default";
    private readonly AwsFile _config;
    private readonly AwsFile _credentials;
    private readonly Dictionary<string, ConfigSection> _profileSections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigSection> _ssoSessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigSection> _services = new(StringComparer.Ordinal);

    private AwsProfiles(AwsFile config, AwsFile credentials)
    {
        _config = config;
        _credentials = credentials;
        foreach (ConfigSection section in config.Content.Sections)
        {
            // botocore compares only the beginning of a header, so [profiles x] is profile x for the AWS CLI, too.
            if (section.Name == DefaultSection)
                _profileSections[DefaultSection] = section;
            else if (SectionName.After("profile", section.Name) is { } profile)
                _profileSections[profile] = section;
            else if (SectionName.After("sso-session", section.Name) is { } session)
                _ssoSessions[session] = section;
            else if (SectionName.After("services", section.Name) is { } services)
                _services[services] = section;
        }
        Names =
        [
            .. _profileSections.Keys.Union(
                credentials.Content.Sections.Select(section => section.Name),
                StringComparer.Ordinal
            ),
        ];
    }

    /// <summary>The names in both files, each once.</summary>
    public IReadOnlyList<string> Names { get; }

    public string ConfigPath => _config.Path;

    public string CredentialsPath => _credentials.Path;

    /// <summary>Describes each file that a variable names and that does not exist or is a directory.</summary>
    public IReadOnlyList<string> Absent => [.. new[] { _config.Absence, _credentials.Absence }.OfType<string>()];

    /// <param name="env">AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE and the home directory.</param>
    /// <exception cref="HelperException">A file exists but cannot be read as one.</exception>
    public static AwsProfiles Load(EnvironmentSnapshot env) =>
        new(
            AwsFile.Load(env, "AWS_CONFIG_FILE", ".aws/config"),
            AwsFile.Load(env, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")
        );

    public AwsProfile? Find(string name)
    {
        ConfigSection? config = _profileSections.GetValueOrDefault(name);
        ConfigSection? credentials = _credentials.Content.Find(name);
        return config is null && credentials is null ? null : Profile(name, config, credentials);
    }

    /// <summary>
    /// Returns a profile without settings if there is none of that name: the AWS tools work without a default profile.
    /// </summary>
    public AwsProfile FindOrEmpty(string name) => Find(name) ?? Profile(name, null, null);

    /// <summary>The settings of <c>[sso-session NAME]</c>; null if the config file has no such section.</summary>
    public IReadOnlyDictionary<string, string>? SsoSession(string name) =>
        _ssoSessions.GetValueOrDefault(name)?.Settings;

    /// <summary>Returns the origin of a key of <c>[sso-session NAME]</c>, for messages.</summary>
    public string SsoSessionOrigin(string name, string key) =>
        $"{key} of [sso-session {SettingValue.Printable(name)}] in {_ssoSessions[name].PlaceOf(key, _config.Path)}";

    /// <summary>
    /// The blocks of <c>[services NAME]</c>, each by its service id in lower case with underscores (<c>ecr_public</c>);
    /// null if the config file has no such section.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Services(string name) =>
        _services.GetValueOrDefault(name)?.Blocks;

    /// <summary>Describes the line that may have been meant as a missing profile; null if there is none.</summary>
    public string? HeaderSuggestionFor(string name) =>
        new ConfigHints(_config, isCredentials: false).HeaderOf(name)
        ?? new ConfigHints(_credentials, isCredentials: true).HeaderOf(name);

    /// <summary>
    /// Describes the line that may have been meant as the credentials that a profile lacks; null if there is none.
    /// </summary>
    public string? SuggestionFor(AwsProfile profile) =>
        new ConfigHints(_config, isCredentials: false).SettingOf(profile.InConfigFile)
        ?? new ConfigHints(_credentials, isCredentials: true).SettingOf(profile.InCredentialsFile)
        ?? (profile.Files.Count == 0 ? HeaderSuggestionFor(profile.Name) : null);

    private AwsProfile Profile(string name, ConfigSection? config, ConfigSection? credentials) =>
        new(name, config, credentials, _config.Path, _credentials.Path);
}
