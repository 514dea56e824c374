using System.Globalization;
using System.Text;
using CredHelper.Platform;

namespace CredHelper.CredentialProviders;

/// <summary>A running kubelet, or k3s with an embedded kubelet, as found in /proc.</summary>
/// <param name="Environment">Null if only root may read it.</param>
/// <param name="StartedAt">Unix seconds; null if /proc does not provide it.</param>
internal sealed record KubeletProcess(
    int Pid,
    uint Uid,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string>? Environment,
    long? StartedAt
)
{
    private const int LongestFile = 4 * 1024 * 1024;

    /// <summary>The unit in which the kernel counts process times, on all systems that .NET supports.</summary>
    private const long TicksPerSecond = 100;

    public NodePlatform Platform
    {
        get
        {
            if (IsK3s)
                return NodePlatform.K3s;
            if (Command[0].Contains("/rke2/", StringComparison.Ordinal))
                return NodePlatform.Rke2;
            return Option(KubeletPaths.ConfigFlag) == KubeletPaths.Eks.Config ? NodePlatform.Eks : NodePlatform.Other;
        }
    }

    /// <summary>Whether it is k3s, which runs the kubelet in its own process and shows none of its flags.</summary>
    public bool IsK3s => Path.GetFileName(Command[0]) == "k3s";

    public override string ToString() => $"{(IsK3s ? "k3s" : "kubelet")}, process {Pid}";

    /// <summary>Returns the value of <c>--name VALUE</c> or <c>--name=VALUE</c>; the last one if repeated.</summary>
    public string? Option(string name)
    {
        string? value = null;
        for (int i = 1; i < Command.Count; i++)
        {
            string word = Command[i].TrimStart('-');
            if (Command[i] == word)
                continue;
            if (word == name && i + 1 < Command.Count)
                value = Command[i + 1];
            else if (word.StartsWith(name + "=", StringComparison.Ordinal))
                value = word[(name.Length + 1)..];
        }
        return value;
    }

    /// <summary>Finds the kubelet of this machine's root directory; null if there is none.</summary>
    /// <param name="root">The root of the file system: <c>/</c>, except in tests.</param>
    public static KubeletProcess? Find(string root)
    {
        string proc = Path.Combine(root, "proc");
        if (!Directory.Exists(proc))
            return null;
        return Directory
            .EnumerateDirectories(proc)
            .Select(directory => Read(proc, directory))
            .OfType<KubeletProcess>()
            .OrderBy(process => process.IsK3s)
            .ThenBy(process => process.Pid)
            .FirstOrDefault();
    }

    private static KubeletProcess? Read(string proc, string directory)
    {
        if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
            return null;
        string[] command = Words(Path.Combine(directory, "cmdline"));
        if (command.Length == 0 || !IsKubelet(command) || IsOfAnotherRoot(proc, directory))
            return null;
        string[] environment = Words(Path.Combine(directory, "environ"));
        return new KubeletProcess(
            pid,
            FileStatus.Of(directory)?.UserId ?? 0,
            command,
            environment.Length > 0 ? Variables(environment) : null,
            StartOf(proc, directory)
        );
    }

    private static bool IsKubelet(string[] command) =>
        Path.GetFileName(command[0]) switch
        {
            "kubelet" => true,
            "k3s" => command.Skip(1).Any(word => word is "server" or "agent"),
            _ => false,
        };

    private static Dictionary<string, string> Variables(string[] words)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in words)
        {
            int equals = word.IndexOf('=');
            if (equals > 0)
                variables.TryAdd(word[..equals], word[(equals + 1)..]);
        }
        return variables;
    }

    private static string[] Words(string path) => Text(path).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private static string Text(string path) =>
        RegularFile.Read(path, LongestFile, out byte[] content) == FileRead.Ok ? Encoding.UTF8.GetString(content) : "";

    /// <summary>The start time: field 22 of proc(5) counts from the boot, whose time is in <c>/proc/stat</c>.</summary>
    private static long? StartOf(string proc, string directory)
    {
        const int StartField = 19;
        string stat = Text(Path.Combine(directory, "stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? boot = Text(Path.Combine(proc, "stat"))
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal));
        return
            fields.Length > StartField
            && long.TryParse(fields[StartField], CultureInfo.InvariantCulture, out long ticks)
            && long.TryParse(boot?["btime ".Length..], CultureInfo.InvariantCulture, out long bootedAt)
            ? bootedAt + ticks / TicksPerSecond
            : null;
    }

    /// <summary>Whether the kubelet runs in a container, such as a node of kind, and has other files.</summary>
    private static bool IsOfAnotherRoot(string proc, string directory) =>
        FileStatus.Of(Path.Combine(directory, "root")) is { } theirs
        && FileStatus.Of(Path.GetDirectoryName(proc)!) is { } ours
        && (theirs.Device, theirs.Inode) != (ours.Device, ours.Inode);
}
