namespace CredHelper.Aws.Config;

/// <summary>
/// A profile as the AWS CLI reads it: the settings of ~/.aws/config, overridden key by key by those of
/// ~/.aws/credentials. Keys are lower case. Values may be secrets and are exactly what botocore reads, inline comments
/// included.
/// </summary>
internal sealed class AwsProfile
{
    private readonly string _configPath;
    private readonly string _credentialsPath;
    private Dictionary<string, string>? _settings;

    /// <param name="name">Without the word profile.</param>
    /// <param name="config">Its section in the config file, if any.</param>
    /// <param name="credentials">Its section in the credentials file, if any.</param>
    /// <param name="configPath">The config file, for messages.</param>
    /// <param name="credentialsPath">The credentials file, for messages.</param>
    public AwsProfile(
        string name,
        ConfigSection? config,
        ConfigSection? credentials,
        string configPath,
        string credentialsPath
    )
    {
        Name = name;
        InConfigFile = config;
        InCredentialsFile = credentials;
        _configPath = configPath;
        _credentialsPath = credentialsPath;
    }

    public string Name { get; }

    /// <summary>
    /// The settings of the config file only. An access key belongs to the secret and session token of the same file: as
    /// in botocore, all three come from <see cref="InCredentialsFile"/>, or all three from here.
    /// </summary>
    public ConfigSection? InConfigFile { get; }

    /// <summary>The settings of the credentials file only.</summary>
    public ConfigSection? InCredentialsFile { get; }

    /// <summary>The merged settings of both files, empty ones included, without nested blocks.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings ??= Merge();

    /// <summary>The files that contain the profile.</summary>
    public IReadOnlyList<string> Files =>
        [
            .. InConfigFile is null ? [] : new[] { _configPath },
            .. InCredentialsFile is null ? [] : new[] { _credentialsPath },
        ];

    /// <summary>The value, or null if the key is missing or empty: the AWS tools treat both alike.</summary>
    public string? this[string key] => Settings.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;

    /// <summary>
    /// Returns a value that cannot contain white space (a region, URL, ARN, number, true or false), without a trailing
    /// comment.
    /// </summary>
    public string? Word(string key) => SettingValue.Word(this[key]);

    /// <summary>Returns such a value with its origin; null if the key is missing or empty.</summary>
    public Setting? Find(string key) => Word(key) is { } word ? new Setting(word, OriginOf(key)) : null;

    /// <summary>Returns the origin of a key for messages: <c>region of profile 'x' in PATH:LINE</c>.</summary>
    public string OriginOf(string key) => OriginOf(key, SectionOf(key));

    /// <summary>Returns the origin of a key in one of the two files.</summary>
    public string OriginOf(string key, ConfigSection? section)
    {
        string path = section is not null && section == InCredentialsFile ? _credentialsPath : _configPath;
        string place = section is null ? SettingValue.Printable(path) : section.PlaceOf(key, path);
        return $"{key} of profile '{SettingValue.Printable(Name)}' in {place}";
    }

    /// <summary>Returns the file that contains a key, and its line if known.</summary>
    public string PlaceOf(string key, out int? line)
    {
        ConfigSection? section = SectionOf(key);
        string path = section is not null && section == InCredentialsFile ? _credentialsPath : _configPath;
        line = section is not null && section.KeyLines.TryGetValue(key, out int number) ? number : null;
        return path;
    }

    public override string ToString() => $"profile '{SettingValue.Printable(Name)}'";

    private ConfigSection? SectionOf(string key)
    {
        bool inCredentials =
            InCredentialsFile is { } section && (section.Settings.ContainsKey(key) || section.Blocks.ContainsKey(key));
        return inCredentials ? InCredentialsFile : InConfigFile;
    }

    private Dictionary<string, string> Merge()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ConfigSection? section in new[] { InConfigFile, InCredentialsFile })
        {
            if (section is null)
                continue;
            foreach (string key in section.Blocks.Keys)
                settings.Remove(key);
            foreach ((string key, string value) in section.Settings)
                settings[key] = value;
        }
        return settings;
    }
}
