namespace CredHelper.Aws.Config;

/// <summary>
/// A profile as the AWS CLI sees it: what ~/.aws/config says, and over it, key by key, what ~/.aws/credentials says.
/// Keys are lower case. Values may be secrets and stand as botocore reads them, an inline comment included.
/// </summary>
internal sealed class AwsProfile
{
    private readonly string _configPath;
    private readonly string _credentialsPath;
    private Dictionary<string, string>? _settings;

    /// <param name="name">Without the word profile.</param>
    /// <param name="config">Its section in the config file, if it has one.</param>
    /// <param name="credentials">Its section in the credentials file, if it has one.</param>
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
    /// What the config file alone says. An access key belongs with the secret and session token of its own file: take
    /// the three together from <see cref="InCredentialsFile"/>, else from here, as botocore does.
    /// </summary>
    public ConfigSection? InConfigFile { get; }

    /// <summary>What the credentials file alone says.</summary>
    public ConfigSection? InCredentialsFile { get; }

    /// <summary>Both files' settings merged, empty ones included; nested blocks are not among them.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings ??= Merge();

    /// <summary>The file or files the profile stands in.</summary>
    public IReadOnlyList<string> Files =>
        [
            .. InConfigFile is null ? [] : new[] { _configPath },
            .. InCredentialsFile is null ? [] : new[] { _credentialsPath },
        ];

    /// <summary>The value, or null where the key is absent or empty: AWS's tools treat both alike.</summary>
    public string? this[string key] => Settings.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;

    /// <summary>
    /// A value that never holds white space (region, URL, ARN, number, true or false), without a comment behind it.
    /// </summary>
    public string? Word(string key) => SettingValue.Word(this[key]);

    /// <summary>The same with where it stands; null if the key is absent or empty.</summary>
    public Setting? Find(string key) => Word(key) is { } word ? new Setting(word, OriginOf(key)) : null;

    /// <summary>Where a key stands, for a message: <c>region of profile 'x' in PATH:LINE</c>.</summary>
    public string OriginOf(string key) => OriginOf(key, SectionOf(key));

    /// <summary>Where a key of one of the two files stands.</summary>
    public string OriginOf(string key, ConfigSection? section)
    {
        string path = section is not null && section == InCredentialsFile ? _credentialsPath : _configPath;
        string place = section is null ? SettingValue.Printable(path) : section.PlaceOf(key, path);
        return $"{key} of profile '{SettingValue.Printable(Name)}' in {place}";
    }

    /// <summary>The file in which a key stands, and its line if that is known.</summary>
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
