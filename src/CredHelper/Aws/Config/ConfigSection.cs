namespace CredHelper.Aws.Config;

/// <summary>
/// One section of an AWS file: its settings, and its nested blocks (<c>s3 =</c> followed by indented <c>key = value</c>
/// lines). Keys are in lower case, except in blocks. Values may be secrets and are exactly what botocore reads, an
/// inline <c># comment</c> included; use <see cref="SettingValue.Word"/> for values that cannot contain white space.
/// </summary>
internal sealed class ConfigSection
{
    private readonly Dictionary<string, string> _cut;
    private readonly Dictionary<string, string> _plain;
    private readonly ConfigSection? _shared;
    private Dictionary<string, string>? _own;
    private Dictionary<string, string>? _settings;
    private Dictionary<string, IReadOnlyDictionary<string, string>>? _blocks;

    /// <param name="name">The text between the brackets, unchanged.</param>
    /// <param name="cut">Values by key, with continuation lines joined by line feeds.</param>
    /// <param name="plain">Lines for <see cref="IniValues"/> by key; no keys of <paramref name="cut"/>.</param>
    /// <param name="shared"><c>[DEFAULT]</c>, whose options count if the section does not set them.</param>
    public ConfigSection(
        string name,
        Dictionary<string, string> cut,
        Dictionary<string, string> plain,
        ConfigSection? shared = null
    )
    {
        Name = name;
        _cut = cut;
        _plain = plain;
        _shared = shared;
    }

    public string Name { get; }

    /// <summary>The line of its first header.</summary>
    public int Line { get; init; }

    /// <summary>The line of each of its own keys; the last one if a key is repeated.</summary>
    public IReadOnlyDictionary<string, int> KeyLines { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// Returns the position of a key as <c>PATH:LINE</c>; without the line for keys of <c>[DEFAULT]</c>.
    /// </summary>
    public string PlaceOf(string key, string path) =>
        KeyLines.TryGetValue(key, out int line)
            ? $"{SettingValue.Printable(path)}:{line}"
            : SettingValue.Printable(path);

    public IReadOnlyDictionary<string, string> Settings => _settings ??= ReadSettings();

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Blocks => _blocks ??= ReadBlocks();

    public override string ToString() => $"[{Name}]";

    private Dictionary<string, string> Own => _own ??= ReadOwn();

    private IEnumerable<KeyValuePair<string, string>> Options =>
        Own.Concat(_shared?.Own.Where(option => !Own.ContainsKey(option.Key)) ?? []);

    private static bool IsBlock(string value) => value.StartsWith('\n');

    private Dictionary<string, string> ReadOwn()
    {
        var own = new Dictionary<string, string>(_cut, StringComparer.Ordinal);
        if (_plain.Count > 0)
        {
            foreach ((string key, string? value) in IniValues.Read(_plain.Values))
                own[key] = value ?? "";
        }
        return own;
    }

    private Dictionary<string, string> ReadSettings() =>
        new(Options.Where(option => !IsBlock(option.Value)), StringComparer.Ordinal);

    private Dictionary<string, IReadOnlyDictionary<string, string>> ReadBlocks()
    {
        var blocks = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach ((string key, string value) in Options)
        {
            if (IsBlock(value))
                blocks[key] = ReadBlock(value);
        }
        return blocks;
    }

    /// <summary>
    /// Works like botocore's <c>_parse_nested</c>, but skips a line without <c>=</c> instead of failing.
    /// </summary>
    private static Dictionary<string, string> ReadBlock(ReadOnlySpan<char> value)
    {
        var block = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!value.IsEmpty)
        {
            ReadOnlySpan<char> line = PythonText.Trim(PythonText.TakeTextLine(ref value));
            int equals = line.IndexOf('=');
            if (equals < 0)
                continue;
            block[PythonText.TrimEnd(line[..equals]).ToString()] = PythonText.Trim(line[(equals + 1)..]).ToString();
        }
        return block;
    }
}
