using CredHelper.Editing;
using CredHelper.Errors;
using Tomlyn.Syntax;

namespace CredHelper.GitLabRunner;

/// <summary>
/// Edits a config.toml by paths: <c>runners, SELECTOR, environment, NAME</c> is the value of a variable, the JSON in it
/// is below that path (<c>…, DOCKER_AUTH_CONFIG, credHelpers, HOST</c>), and <c>runners, SELECTOR, docker, volumes,
/// VOLUME</c> is a volume.
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

    /// <exception cref="HelperException">It is not TOML.</exception>
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

    /// <summary>The names below a path in the JSON of a variable.</summary>
    public IReadOnlyList<string> Names(params ReadOnlySpan<string> path) =>
        path is [Runners, var runner, Environment, var name, _, ..] && Entry(runner)?.Variable(name) is { } json
            ? Inner(runner, name, json).Names(path[4..])
            : [];

    public void Put(string value, params ReadOnlySpan<string> path)
    {
        Config.RequireDecodable();
        switch (path)
        {
            case [Runners, var runner, Environment, var name]:
                PutVariable(runner, name, value);
                break;
            case [Runners, var runner, Environment, var name, ..]:
                JsonEdit json = Inner(runner, name, Entry(runner)?.Variable(name) ?? "{}");
                // The runner expands $NAME in its variables; $$ is a literal dollar sign.
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
                when Entry(runner)?.Table.At(Docker, Volumes)?.Syntax is ArraySyntax array:
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
            if (Entry(runner)?.Table.At(Environment) is null)
                missing.Add(whole[..3]);
            if (whole.Length == 4)
                return missing;
            string? json = Entry(runner)?.Variable(name);
            if (json is null)
                missing.Add(whole[..4]);
            foreach (string[] around in Inner(runner, name, json ?? "{}").MissingAround(whole.AsSpan(4)))
                missing.Add([.. whole[..4], .. around]);
        }
        else if (whole is [Runners, var other, Docker, Volumes, _] && Entry(other)?.Table.At(Docker, Volumes) is null)
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
                RemoveEmptyArray(Entry(runner)?.Table, Environment);
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
                RemoveEmptyArray(Entry(runner)?.Table.At(Docker), Volumes);
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
                $"{place} is not a docker configuration in JSON",
                "remove it there, or use --write home"
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
        Entry(runner)?.Table.At(Environment)?.Syntax is ArraySyntax array
        && TomlSource
            .Strings(array)
            .LastOrDefault(item => item.Text.StartsWith(name + "=", StringComparison.Ordinal))
            .Item
            is { } item
            ? (array, item)
            : null;

    private void AddTo(TomlValue table, string key, string item)
    {
        string quoted = TomlSource.Quote(item);
        switch (table.Find(key)?.Value)
        {
            case null:
                if (!_source.TryAddKey(table, key, $"[{quoted}]"))
                    throw WithoutPlace(table, key);
                break;
            case { Syntax: ArraySyntax array }:
                _source.AddItem(array, quoted);
                break;
            case var other:
                throw Refusal(other.Line, $"{key} is not a list", "correct it");
        }
    }

    private void RemoveEmptyArray(TomlValue? table, string key)
    {
        if (table?.Find(key) is { Value.Syntax: ArraySyntax { Items.ChildrenCount: 0 }, Pair: { } pair })
            _source.RemoveKey(table, pair);
    }

    private TomlValue TableOf(string runner, string name) =>
        Entry(runner)?.Table.At(name) is { Kind: TomlKind.Table } table
            ? table
            : throw new HelperException(
                FailureKind.Configuration,
                $"{_path}: runner {runner} has no section [runners.{name}]",
                "add one with volumes; nothing was changed"
            );

    private HelperException WithoutPlace(TomlValue table, string key) =>
        Refusal(
            table.Line,
            $"the table of {key} is defined by dotted keys",
            "define it with a header such as [runners.docker]"
        );

    private HelperException Refusal(int line, string problem, string hint) =>
        new(FailureKind.Configuration, $"{_path}:{line}: {problem}", $"{hint}; nothing was changed");
}
