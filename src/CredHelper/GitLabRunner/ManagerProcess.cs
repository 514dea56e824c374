using System.Globalization;
using System.Text;
using CredHelper.Platform;
using CredHelper.Systemd;

namespace CredHelper.GitLabRunner;

/// <summary>A running <c>gitlab-runner run</c>, as /proc shows it.</summary>
/// <param name="Environment">What it was started with; null where only root may read that. It may have set more
/// since.</param>
/// <param name="IsElsewhere">It has another root directory: a container, whose files are not those of this
/// machine.</param>
internal sealed record ManagerProcess(
    int Pid,
    uint Uid,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string>? Environment,
    string? Unit,
    bool IsElsewhere
)
{
    private const int LongestFile = 4 * 1024 * 1024;
    private static readonly string[] ContainerGroups = ["docker", "containerd", "kubepods", "libpod"];

    /// <summary>
    /// The config.toml that its command line or its environment names; null where it reads the usual one.
    /// </summary>
    public string? ConfigPath =>
        Option(Command, "--config", "-config", "-c")
        ?? (Environment?.GetValueOrDefault("CONFIG_FILE") is { Length: > 0 } file ? file : null);

    /// <summary>
    /// Those of this machine, the ones of containers last; of several the one that serves a given config.toml first.
    /// </summary>
    /// <param name="root">Where the file system begins; <c>/</c> but for tests.</param>
    /// <param name="configPath">The config.toml that was asked for; null for any.</param>
    public static IReadOnlyList<ManagerProcess> FindAll(string root, string? configPath = null)
    {
        string proc = SystemdUnit.Below(root, "/proc");
        if (!Directory.Exists(proc))
            return [];
        var found = new List<ManagerProcess>();
        foreach (string directory in Directory.EnumerateDirectories(proc))
        {
            if (
                int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && Read(directory, pid) is { } process
            )
            {
                found.Add(process);
            }
        }
        uint self = OperatingSystem.IsWindows() ? 0 : Posix.EffectiveUserId();
        string? config = configPath is null ? null : Path.GetFullPath(configPath);
        return
        [
            .. found
                .OrderBy(process => process.IsElsewhere)
                .ThenBy(process => config is not null && process.ConfigPath != config)
                .ThenBy(process => process.Uid != self)
                .ThenBy(process => process.Pid),
        ];
    }

    /// <summary>
    /// The value of <c>--name VALUE</c> or <c>--name=VALUE</c> in a command line; null where it is not there.
    /// </summary>
    public static string? Option(IReadOnlyList<string> command, params string[] names)
    {
        for (int i = 0; i < command.Count; i++)
        {
            foreach (string name in names)
            {
                if (command[i] == name && i + 1 < command.Count)
                    return command[i + 1];
                if (command[i].StartsWith(name + "=", StringComparison.Ordinal))
                    return command[i][(name.Length + 1)..];
            }
        }
        return null;
    }

    public override string ToString() => $"process {Pid}";

    private static ManagerProcess? Read(string directory, int pid)
    {
        string[] command = Fields(directory, "cmdline") ?? [];
        if (
            command.Length < 2
            || !IsRunner(Path.GetFileName(command[0]))
            || !command.Skip(1).Any(word => word is "run" or "run-single")
        )
        {
            return null;
        }

        if (UidOf(directory) is not { } uid)
            return null;
        string[]? environ = Fields(directory, "environ");
        return new ManagerProcess(
            pid,
            uid,
            command,
            environ is null ? null : Variables(environ),
            UnitOf(directory),
            IsOfAnotherRoot(directory)
        );
    }

    /// <summary>Downloads have the system in their name: <c>gitlab-runner-linux-amd64</c>.</summary>
    private static bool IsRunner(string program) =>
        program is "gitlab-runner" or "gitlab-ci-multi-runner"
        || program.StartsWith("gitlab-runner-linux-", StringComparison.Ordinal);

    private static Dictionary<string, string> Variables(string[] environ)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string variable in environ)
        {
            int equals = variable.IndexOf('=');
            if (equals > 0)
                variables.TryAdd(variable[..equals], variable[(equals + 1)..]);
        }
        return variables;
    }

    private static string[]? Fields(string directory, string name) =>
        RegularFile.Read(Path.Combine(directory, name), LongestFile, out byte[] content) == FileRead.Ok
            ? Encoding.UTF8.GetString(content).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : null;

    /// <summary>The effective id, the second of the four on the line <c>Uid:</c>.</summary>
    private static uint? UidOf(string directory)
    {
        if (RegularFile.Read(Path.Combine(directory, "status"), LongestFile, out byte[] content) != FileRead.Ok)
            return null;
        string? line = Encoding
            .UTF8.GetString(content)
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        string[] words = line?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 2 && uint.TryParse(words[2], CultureInfo.InvariantCulture, out uint uid) ? uid : null;
    }

    /// <summary>The service that the process runs in, by its control group.</summary>
    private static string? UnitOf(string directory)
    {
        if (RegularFile.Read(Path.Combine(directory, "cgroup"), LongestFile, out byte[] content) != FileRead.Ok)
            return null;
        return Encoding
            .UTF8.GetString(content)
            .Split('\n', '/')
            .FirstOrDefault(part =>
                part.EndsWith(".service", StringComparison.Ordinal) && part.Contains("runner", StringComparison.Ordinal)
            );
    }

    /// <summary>
    /// A mount namespace of its own alone says little: services with PrivateTmp= have one too. Another root directory
    /// does.
    /// </summary>
    private static bool IsOfAnotherRoot(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        string parent = Path.GetDirectoryName(Path.GetDirectoryName(directory)!)!;
        if (FileStatus.Of(Path.Combine(directory, "root")) is not { } theirs || FileStatus.Of(parent) is not { } ours)
        {
            // Only root may look there. Where we are in a container of that kind ourselves, its files are ours.
            return IsInContainerGroup(directory)
                && !IsInContainerGroup(Path.Combine(Path.GetDirectoryName(directory)!, "self"));
        }
        return (theirs.Inode, theirs.Device) != (ours.Inode, ours.Device);
    }

    private static bool IsInContainerGroup(string directory)
    {
        if (RegularFile.Read(Path.Combine(directory, "cgroup"), LongestFile, out byte[] content) != FileRead.Ok)
            return false;
        string text = Encoding.UTF8.GetString(content);
        return ContainerGroups.Any(name => text.Contains(name, StringComparison.Ordinal));
    }
}
