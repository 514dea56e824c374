using CredHelper.Editing;
using CredHelper.Errors;
using Tomlyn.Syntax;

namespace CredHelper.GitLabRunner;

/// <summary>
/// A config.toml by paths: <c>runners, SELECTOR, environment, NAME</c> is a variable's value, below it stands the JSON
/// in it (<c>…, DOCKER_AUTH_CONFIG, credHelpers, HOST</c>), and <c>runners, SELECTOR, docker, volumes, VOLUME</c> is a
/// volume.
/// </summary>
internal sealed class RunnerConfigEdit : IEditableText
{
    private const string Runners = "runners",
        Environment = "environment",
        Docker = "docker",
        Volumes = "volumes";

    private readonly string _path;
    private readonly TomlSource _source;

    private RunnerConfigEdit(string path, byte[] content)
    {
        _path = path;
        _source = TomlSource.Parse(path, content);
    }

    /// <exception cref="HelperException">It is no TOML.</exception>
    public static RunnerConfigEdit Parse(string path, byte[] content) => new(path, content);

    public RunnerConfig Config => RunnerConfig.Of(_path, _source);

    public string? Find(params ReadOnlySpan<string> path) =>
        path switch
        {
            [Runners, var runner, Environment, var name] => Entry(runner)?.Variable(name),
            [Runners, var runner, Environment, var name, ..] => Entry(runner)?.Variable(name) is { } json
                ? Inner(runner, name, json).Find(path[4..])
                : null,
            [Runners, var runner, Docker, Volumes, var volume] => Entry(runner)?.Volumes.Contains(volume) == true
                ? volume
                : null,
            _ => null,
        };

    public void Put(string value, params ReadOnlySpan<string> path)
    {
        switch (path)
        {
            case [Runners, var runner, Environment, var name]:
                PutVariable(runner, name, value);
                break;
            case [Runners, var runner, Environment, var name, ..]:
                JsonEdit json = Inner(runner, name, Entry(runner)?.Variable(name) ?? "{}");
                // The runner expands $NAME in its variables; two of them stand for one.
                json.Put(value.Replace("$", "$$", StringComparison.Ordinal), path[4..]);
                PutVariable(runner, name, System.Text.Encoding.UTF8.GetString(json.ToBytes()).TrimEnd('\n'));
                break;
            case [Runners, var runner, Docker, Volumes, _]:
                if (Find(path) is not null)
                    break;
                AddTo(TableOf(runner, Docker), Volumes, value);
                break;
            default:
                throw new ArgumentException("no path of a config.toml", nameof(path));
        }
    }

    public void Remove(params ReadOnlySpan<string> path)
    {
        switch (path)
        {
            case [Runners, var runner, Environment, var name] when Variable(runner, name) is { } found:
                _source.RemoveItem(found.Array, found.Item);
                break;
            case [Runners, var runner, Environment, var name, _, ..] when Entry(runner)?.Variable(name) is { } value:
                JsonEdit json = Inner(runner, name, value);
                json.Remove(path[4..]);
                PutVariable(runner, name, System.Text.Encoding.UTF8.GetString(json.ToBytes()));
                break;
            case [Runners, var runner, Docker, Volumes, var volume]
                when KeyOf(runner, Docker, Volumes)?.Value is ArraySyntax array:
                if (TomlSource.Strings(array).FirstOrDefault(item => item.Text == volume).Item is { } item)
                    _source.RemoveItem(array, item);
                break;
        }
    }

    public IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path)
    {
        var missing = new List<string[]>();
        string[] whole = path.ToArray();
        if (whole is [Runners, var runner, Environment, var name, ..])
        {
            if (KeyOf(runner, Environment) is null)
                missing.Add(whole[..3]);
            if (whole.Length == 4)
                return missing;
            string? json = Entry(runner)?.Variable(name);
            if (json is null)
                missing.Add(whole[..4]);
            foreach (string[] around in Inner(runner, name, json ?? "{}").MissingAround(whole.AsSpan(4)))
                missing.Add([.. whole[..4], .. around]);
        }
        else if (whole is [Runners, var other, Docker, Volumes, _] && KeyOf(other, Docker, Volumes) is null)
        {
            missing.Add(whole[..4]);
        }
        return missing;
    }

    public void RemoveIfEmpty(params ReadOnlySpan<string> path)
    {
        switch (path)
        {
            case [Runners, var runner, Environment]:
                RemoveEmptyArray(KeyOf(runner, Environment));
                break;
            case [Runners, var runner, Environment, var name]:
                if (Entry(runner)?.Variable(name)?.Trim() == "{}")
                    Remove(path);
                break;
            case [Runners, var runner, Environment, var name, _, ..] when Entry(runner)?.Variable(name) is { } value:
                JsonEdit json = Inner(runner, name, value);
                json.RemoveIfEmpty(path[4..]);
                PutVariable(runner, name, System.Text.Encoding.UTF8.GetString(json.ToBytes()));
                break;
            case [Runners, var runner, Docker, Volumes]:
                RemoveEmptyArray(KeyOf(runner, Docker, Volumes));
                break;
        }
    }

    public byte[] ToBytes() => _source.ToBytes();

    private RunnerEntry? Entry(string selector) => Config.Runners.FirstOrDefault(runner => runner.Selector == selector);

    private JsonEdit Inner(string runner, string name, string json)
    {
        string place = $"{_path}: {name} of runner {runner}";
        if (!json.TrimStart().StartsWith('{'))
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{place} is not the JSON of a docker config",
                "take it away there, or give the registries to --write home"
            );
        }

        return JsonEdit.ParseLine(place, json);
    }

    private void PutVariable(string runner, string name, string value)
    {
        string quoted = TomlSource.Quote($"{name}={value}");
        if (Variable(runner, name) is { } found)
        {
            if (TomlSource.TextOf(found.Item.Value) != $"{name}={value}")
                _source.ReplaceValue(found.Item.Value!, quoted);
            return;
        }
        AddTo(Entry(runner)!.Table, Environment, $"{name}={value}");
    }

    private (ArraySyntax Array, ArrayItemSyntax Item)? Variable(string runner, string name) =>
        KeyOf(runner, Environment)?.Value is ArraySyntax array
        && TomlSource
            .Strings(array)
            .LastOrDefault(item => item.Text.StartsWith(name + "=", StringComparison.Ordinal))
            .Item
            is { } item
            ? (array, item)
            : null;

    private void AddTo(TomlTable table, string key, string item)
    {
        string quoted = TomlSource.Quote(item);
        switch (TomlSource.Key(table, [key]))
        {
            case null:
                _source.AddKey(table, key, $"[{quoted}]");
                break;
            case { Value: ArraySyntax array }:
                _source.AddItem(array, quoted);
                break;
            case var other:
                throw _source.Error(other, $"{key} is not a list", "repair it; nothing was changed");
        }
    }

    private void RemoveEmptyArray(KeyValueSyntax? pair)
    {
        if (pair?.Value is ArraySyntax { Items.ChildrenCount: 0 })
            _source.RemoveKey(pair);
    }

    /// <summary>
    /// A key of the runner's own table, or of the table below it that the first of several names names.
    /// </summary>
    private KeyValueSyntax? KeyOf(string runner, params string[] names)
    {
        TomlTable? table = names.Length == 1 ? Entry(runner)?.Table : FindTable(runner, names[0]);
        return table is null ? null : TomlSource.Key(table, names.AsSpan(names.Length - 1));
    }

    private TomlTable TableOf(string runner, string name) =>
        FindTable(runner, name)
        ?? throw new HelperException(
            FailureKind.Configuration,
            $"{_path}: runner {runner} has no section [runners.{name}]",
            "give it one, and put volumes there; nothing was changed"
        );

    private TomlTable? FindTable(string runner, string name)
    {
        if (Entry(runner) is not { } entry)
            return null;
        return _source
            .Tables.SkipWhile(table => table != entry.Table)
            .Skip(1)
            .TakeWhile(table => table.Header is not ["runners"])
            .FirstOrDefault(table => !table.IsArrayItem && table.Header is [Runners, var below] && below == name);
    }
}
