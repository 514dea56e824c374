using System.Collections;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>
/// The environment of the process at its start. All code reads variables from here, so that tests can pass their own,
/// and so that variables we set for native libraries never affect a decision or a child process.
/// </summary>
internal sealed class EnvironmentSnapshot
{
    private readonly Dictionary<string, string> _variables;
    private readonly Dictionary<string, string>? _origins;

    public EnvironmentSnapshot(IEnumerable<KeyValuePair<string, string>> variables) =>
        _variables = new Dictionary<string, string>(variables, Comparer);

    private EnvironmentSnapshot(Dictionary<string, string> variables, Dictionary<string, string>? origins = null)
    {
        _variables = variables;
        _origins = origins;
    }

    private static StringComparer Comparer =>
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The value, or null if the variable is unset or empty: the AWS tools treat both alike.</summary>
    public string? this[string name] =>
        _variables.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    /// <summary>Every variable, empty ones included.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>
    /// The variable of the user's home. On Windows neither docker nor the AWS CLI reads <c>HOME</c>, which shells such
    /// as Git Bash set.
    /// </summary>
    public static string HomeVariable => OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME";

    /// <summary>
    /// The user's home as the AWS CLI finds it; null if it is unset (a service, a bare container).
    /// </summary>
    public string? Home => this[HomeVariable] ?? (OperatingSystem.IsWindows() ? HomeOnDrive : null);

    /// <summary>Where Python's os.path.expanduser, and so the AWS CLI, looks without <c>USERPROFILE</c>.</summary>
    private string? HomeOnDrive => this["HOMEPATH"] is { } path ? this["HOMEDRIVE"] + path : null;

    /// <summary>
    /// Returns the path that a variable names, with <c>~</c> expanded, or the default below the home directory; null if
    /// the home directory is unknown. The AWS tools resolve their files the same way.
    /// </summary>
    public string? PathOf(string variable, string belowHome)
    {
        return NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes home = scratch.AddText(Home),
                    named = scratch.AddText(this[variable]),
                    below = scratch.AddText(belowHome);
                int begin = scratch.Length;
                return HomePath.TryAdd(ref scratch, home, named, below) ? scratch.Since(begin).ToString() : null;
            }
        );
    }

    /// <summary>The directory of docker's config.json: <c>DOCKER_CONFIG</c>, else <c>~/.docker</c>.</summary>
    public string? DockerConfigDirectory =>
        this["DOCKER_CONFIG"] ?? (this[HomeVariable] is { } home ? Path.Combine(home, ".docker") : null);

    /// <inheritdoc cref="HomePath.TryExpand"/>
    /// <returns>Null if the home is unknown.</returns>
    public string? ExpandHome(string path)
    {
        return NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes home = scratch.AddText(Home),
                    named = scratch.AddText(path);
                int begin = scratch.Length;
                return HomePath.TryExpand(ref scratch, home, named) ? scratch.Since(begin).ToString() : null;
            }
        );
    }

    /// <summary>
    /// Returns where a value is set, for messages: the variable's name, or the origin given with its default.
    /// </summary>
    public string OriginOf(string name) => _origins?.GetValueOrDefault(name) ?? name;

    /// <summary>Returns the same environment with the files that set its variables.</summary>
    public EnvironmentSnapshot WithOrigins(IReadOnlyDictionary<string, string> files) =>
        new(
            _variables,
            files.ToDictionary(origin => origin.Key, origin => $"{origin.Key} in {origin.Value}", Comparer)
        );

    /// <summary>Returns an edit or command that removes a variable's value, wherever it is set.</summary>
    public string RemovalOf(string name) =>
        _origins?.GetValueOrDefault(name) is { } origin ? $"remove {origin}" : RemovalOfVariable(name);

    private static string RemovalOfVariable(string name) =>
        OperatingSystem.IsWindows() ? $"remove the environment variable {name}" : $"unset {ShellWord.Quote(name)}";

    /// <summary>Returns the same environment with values for variables that are unset or empty.</summary>
    /// <param name="defaults">The values.</param>
    /// <param name="origins">Where the values are set, if not in variables.</param>
    public EnvironmentSnapshot WithDefaults(
        IReadOnlyDictionary<string, string> defaults,
        IReadOnlyDictionary<string, string>? origins = null
    )
    {
        if (defaults.Count == 0)
            return this;
        var variables = new Dictionary<string, string>(_variables, Comparer);
        Dictionary<string, string> used = new(_origins ?? [], Comparer);
        foreach ((string name, string value) in defaults)
        {
            if (this[name] is not null)
                continue;
            variables[name] = value;
            if (origins?.GetValueOrDefault(name) is { } origin)
                used[name] = origin;
        }
        return new EnvironmentSnapshot(variables, used);
    }

    /// <summary>
    /// Returns the names with a prefix in ordinal order, because the order of an environment is arbitrary.
    /// </summary>
    public List<string> NamesFrom(string prefix)
    {
        var names = new List<string>();
        foreach (string name in _variables.Keys)
        {
            // Names are case-insensitive on Windows: AWS_PROFILE finds aws_profile.
            string canonical = OperatingSystem.IsWindows() ? name.ToUpperInvariant() : name;
            if (canonical.StartsWith(prefix, StringComparison.Ordinal))
                names.Add(canonical);
        }
        names.Sort(string.CompareOrdinal);
        return names;
    }

    /// <summary>Runs before every cached answer, so it avoids LINQ: its generics cost more than the copy.</summary>
    public static EnvironmentSnapshot Take()
    {
        IDictionary current = Environment.GetEnvironmentVariables();
        var variables = new Dictionary<string, string>(current.Count, Comparer);
        foreach (DictionaryEntry variable in current)
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return new EnvironmentSnapshot(variables);
    }
}
