namespace CredHelper.Systemd;

/// <summary>
/// The user, command and environment that systemd starts a service with, read from its unit file and drop-ins as
/// documented in systemd.unit(5) and systemd.exec(5): the unit of the first directory is used, drop-ins of all
/// directories are merged in the order of their names, an empty assignment clears earlier ones, and EnvironmentFile=
/// overrides Environment=.
/// </summary>
internal sealed class SystemdUnit
{
    /// <summary>The PATH of a service that does not set one (Debian's build; Fedora's omits /sbin and /bin).</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] Directories =
    [
        "/etc/systemd/system",
        "/run/systemd/system",
        "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ];

    private static readonly string[] Configurations =
    [
        "/etc/systemd/system.conf",
        "/run/systemd/system.conf",
        "/usr/lib/systemd/system.conf",
    ];

    private readonly List<(string Name, string Value, string Origin)> _assigned = [];
    private readonly List<(string Path, bool IsOptional)> _files = [];
    private readonly List<string> _unset = [];
    private readonly List<string> _passed = [];
    private string _name = "";

    private SystemdUnit(string path) => Path = path;

    public string Path { get; }

    public string? User { get; private set; }

    /// <summary>The words of ExecStart=, beginning with the program.</summary>
    public IReadOnlyList<string> Command { get; private set; } = [];

    /// <summary>Each variable, with the file that sets it.</summary>
    public IReadOnlyDictionary<string, (string Value, string Origin)> Environment { get; private set; } =
        new Dictionary<string, (string, string)>();

    /// <summary>Files named by EnvironmentFile= that cannot be read; the service does not start without them.</summary>
    public IReadOnlyList<string> MissingFiles { get; private set; } = [];

    /// <param name="root">The root of the file system; <c>/</c> except in tests.</param>
    /// <returns>Null if there is no unit with that name.</returns>
    public static SystemdUnit? Find(string root, string name)
    {
        string? file = Directories
            .Select(directory => Below(root, System.IO.Path.Combine(directory, name)))
            .FirstOrDefault(File.Exists);
        if (file is null)
            return null;
        var unit = new SystemdUnit(file) { _name = name };
        unit.Read(file);
        foreach (
            string path in DropIns([
                .. DropInNames(name)
                    .SelectMany(part => Directories.Select(directory => Below(root, $"{directory}/{part}.d"))),
            ])
        )
        {
            unit.Read(path);
        }

        unit.Resolve(root);
        return unit;
    }

    /// <summary>
    /// Drop-ins apply to a unit by its name, by prefixes of its name (<c>gitlab-.service.d</c>) and by its type.
    /// </summary>
    private static IEnumerable<string> DropInNames(string name)
    {
        yield return name;
        string stem = System.IO.Path.GetFileNameWithoutExtension(name),
            type = System.IO.Path.GetExtension(name);
        for (int dash = stem.LastIndexOf('-'); dash > 0; dash = stem.LastIndexOf('-', dash - 1))
            yield return stem[..(dash + 1)] + type;
        yield return type[1..];
    }

    /// <summary>Sorted by file name; if a name is repeated, the file of the first directory.</summary>
    private static List<string> DropIns(IEnumerable<string> directories)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string directory in directories.Where(Directory.Exists))
        {
            foreach (string path in Directory.EnumerateFiles(directory, "*.conf"))
                files.TryAdd(System.IO.Path.GetFileName(path), path);
        }
        return [.. files.Values];
    }

    public static string Below(string root, string path) => root == "/" ? path : root.TrimEnd('/') + path;

    private void Read(string path, string wanted = "[Service]")
    {
        string section = "";
        foreach (string line in UnitText.Lines(UnitText.Read(path) ?? ""))
        {
            if (line.StartsWith('[') && line.EndsWith(']'))
            {
                section = line;
                continue;
            }
            int equals = line.IndexOf('=');
            if (equals > 0 && section == wanted)
                Assign(line[..equals].Trim(), line[(equals + 1)..].Trim(), path);
        }
    }

    private void Assign(string key, string value, string origin)
    {
        switch (key)
        {
            case "User":
                User = value.Length > 0 ? value : null;
                break;
            case "ExecStart":
                // The program may have prefixes such as - and @.
                if (value.Length > 0)
                    Command = [.. UnitText.Words(value.TrimStart('@', '-', ':', '+', '!'))];
                break;
            case "Environment" or "DefaultEnvironment":
                Extend(_assigned, value, Assignments(value, origin));
                break;
            case "EnvironmentFile":
                Extend(_files, value, [(value.TrimStart('-'), value.StartsWith('-'))]);
                break;
            case "PassEnvironment":
                Extend(_passed, value, UnitText.Words(value));
                break;
            case "UnsetEnvironment":
                Extend(_unset, value, UnitText.Words(value));
                break;
        }
    }

    /// <summary>Adds what a setting assigns; an empty assignment clears earlier ones.</summary>
    private static void Extend<T>(List<T> items, string value, IEnumerable<T> more)
    {
        if (value.Length == 0)
            items.Clear();
        else
            items.AddRange(more);
    }

    private static IEnumerable<(string, string, string)> Assignments(string value, string origin) =>
        UnitText
            .Words(value)
            .Select(word => word.Split('=', 2))
            .Where(pair => pair is [{ Length: > 0 }, _])
            .Select(pair => (pair[0], pair[1], origin));

    /// <summary>
    /// Applies the variables in order of precedence: the manager's defaults, passed variables, the unit, its
    /// environment files.
    /// </summary>
    private void Resolve(string root)
    {
        var all = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach ((string name, string value, string origin) in Defaults(root).Concat(Passed(root)))
            all[name] = (value, origin);
        foreach ((string name, string value, string origin) in _assigned)
            all[name] = (UnitText.Specified(value, _name), origin);
        MissingFiles =
        [
            .. _files.Where(file => !ReadFile(root, file.Path, all) && !file.IsOptional).Select(file => file.Path),
        ];
        foreach (string word in _unset)
            Unset(all, word);
        Environment = all;
    }

    /// <summary>Adds the variables of one EnvironmentFile=; false if there is no such file.</summary>
    private bool ReadFile(string root, string path, Dictionary<string, (string, string)> all)
    {
        List<string> places = [.. Places(root, UnitText.Specified(path, _name))];
        foreach (string place in places)
        {
            foreach ((string name, string value) in UnitText.Assignments(UnitText.Read(place) ?? ""))
                all[name] = (value, place);
        }
        return places.Count > 0;
    }

    /// <summary>Removes a variable by its name, or by its name and value.</summary>
    private static void Unset(Dictionary<string, (string Value, string Origin)> all, string word)
    {
        string[] pair = word.Split('=', 2);
        if (pair.Length == 1 || (all.TryGetValue(pair[0], out (string Value, string) set) && set.Value == pair[1]))
            all.Remove(pair[0]);
    }

    /// <summary>The variables that DefaultEnvironment= of system.conf sets for every service.</summary>
    private static List<(string, string, string)> Defaults(string root)
    {
        var defaults = new SystemdUnit("");
        foreach (
            string path in DropIns([.. Configurations.Select(directory => Below(root, directory + ".d"))])
                .Prepend(Configurations.Select(file => Below(root, file)).FirstOrDefault(File.Exists) ?? "")
        )
        {
            defaults.Read(path, "[Manager]");
        }
        return defaults._assigned;
    }

    /// <summary>
    /// The variables that PassEnvironment= takes from systemd's own environment, which only root can read.
    /// </summary>
    private IEnumerable<(string, string, string)> Passed(string root)
    {
        if (_passed.Count == 0 || UnitText.Read(Below(root, "/proc/1/environ")) is not { } environ)
            return [];
        return environ
            .Split('\0')
            .Select(variable => variable.Split('=', 2))
            .Where(pair => pair.Length == 2 && _passed.Contains(pair[0]))
            .Select(pair => (pair[0], pair[1], "PassEnvironment="));
    }

    /// <summary>The readable files that EnvironmentFile= names; the last part of the path may be a pattern.</summary>
    private static IEnumerable<string> Places(string root, string path)
    {
        string place = Below(root, path);
        if (path.IndexOfAny(['*', '?']) < 0)
            return UnitText.Read(place) is null ? [] : [place];
        string directory = System.IO.Path.GetDirectoryName(place)!;
        return Directory.Exists(directory)
            ? Directory
                .EnumerateFiles(directory, System.IO.Path.GetFileName(place))
                .Order(StringComparer.Ordinal)
                .Where(file => UnitText.Read(file) is not null)
            : [];
    }
}
