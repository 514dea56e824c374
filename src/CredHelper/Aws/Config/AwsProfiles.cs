using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>
/// Everything the user's two AWS files say, by the rules of botocore's <c>build_profile_map</c>: <c>[default]</c> and
/// <c>[profile x]</c> in the config file (of two headers with one name the one that begins later counts whole), plain
/// <c>[x]</c> in the credentials file. Names are compared with their case. Content never makes it throw; see
/// <see cref="AwsFile"/> for what does.
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
            // botocore looks at the beginning of a header only, so [profiles x] is profile x to the AWS CLI, too.
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

    /// <summary>Of both files, each once.</summary>
    public IReadOnlyList<string> Names { get; }

    public string ConfigPath => _config.Path;

    public string CredentialsPath => _credentials.Path;

    /// <summary>In words, each file that a variable names and that does not exist, or that is a directory.</summary>
    public IReadOnlyList<string> Absent => [.. new[] { _config.Absence, _credentials.Absence }.OfType<string>()];

    /// <param name="env">AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE and the home.</param>
    /// <exception cref="HelperException">A file is there and cannot be read as one.</exception>
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
    /// The same, but a profile without settings where there is none: AWS's tools run without a default profile.
    /// </summary>
    public AwsProfile FindOrEmpty(string name) => Find(name) ?? Profile(name, null, null);

    /// <summary>The settings of <c>[sso-session NAME]</c>; null where the config file has none.</summary>
    public IReadOnlyDictionary<string, string>? SsoSession(string name) =>
        _ssoSessions.GetValueOrDefault(name)?.Settings;

    /// <summary>Where a key of <c>[sso-session NAME]</c> stands, for a message.</summary>
    public string SsoSessionOrigin(string name, string key) =>
        $"{key} of [sso-session {SettingValue.Printable(name)}] in {_ssoSessions[name].PlaceOf(key, _config.Path)}";

    /// <summary>
    /// The blocks of <c>[services NAME]</c>, each by its service id in lower case with underscores (<c>ecr_public</c>);
    /// null where the config file has none.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Services(string name) =>
        _services.GetValueOrDefault(name)?.Blocks;

    /// <summary>
    /// In words, the line that may have been meant for a profile that is not there; null where none looks like it.
    /// </summary>
    public string? DoubtAboutHeader(string name) =>
        new ConfigHints(_config, isCredentials: false).HeaderOf(name)
        ?? new ConfigHints(_credentials, isCredentials: true).HeaderOf(name);

    /// <summary>
    /// In words, the line that may have been meant for the credentials that a profile lacks; null where none looks like
    /// it.
    /// </summary>
    public string? DoubtAbout(AwsProfile profile) =>
        new ConfigHints(_config, isCredentials: false).SettingOf(profile.InConfigFile)
        ?? new ConfigHints(_credentials, isCredentials: true).SettingOf(profile.InCredentialsFile)
        ?? (profile.Files.Count == 0 ? DoubtAboutHeader(profile.Name) : null);

    private AwsProfile Profile(string name, ConfigSection? config, ConfigSection? credentials) =>
        new(name, config, credentials, _config.Path, _credentials.Path);
}
