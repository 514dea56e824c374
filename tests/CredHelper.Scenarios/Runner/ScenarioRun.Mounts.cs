namespace CredHelper.Scenarios.Runner;

/// <summary>Commands that change the files that further commands see, without changing the machine.</summary>
internal sealed partial class ScenarioRun
{
    private MountNamespace? _mounts;

    private Dictionary<string, Func<ScenarioLine, Task>> MountActions() =>
        new(StringComparer.Ordinal)
        {
            ["mount"] = MountAsync,
            ["hidden"] = HideAsync,
            ["read-only"] = MakeReadOnlyAsync,
        };

    /// <summary>mount PATH over PATH: further commands see the first one at the second path.</summary>
    private async Task MountAsync(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        if (words is not [_, "over", _])
            throw new ScenarioFailedException("usage: mount PATH over PATH");
        (string source, string target) = (PathOf(words[0]), PathOf(words[2]));
        if (!Path.Exists(source))
            throw new ScenarioFailedException($"there is no {source}");
        await (await MountsAsync()).BindAsync(source, target);
    }

    /// <summary>hidden PATH [OPTION…]: mounts an empty file system there, with these options of mount(8).</summary>
    private async Task HideAsync(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        string target = PathOf(words[0]);
        if (target.StartsWith(_work + "/", StringComparison.Ordinal))
            Directory.CreateDirectory(target);
        await (await MountsAsync()).HideAsync(target, string.Concat(words.Skip(1).Select(option => $",{option}")));
    }

    private async Task MakeReadOnlyAsync(ScenarioLine line) =>
        await (await MountsAsync()).MakeReadOnlyAsync(PathOf(Expand(line.Argument)));

    private async Task<MountNamespace> MountsAsync() => _mounts ??= await MountNamespace.CreateAsync();
}
