using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using CredHelper.Platform;
using CredHelper.Systemd;

namespace CredHelper.GitLabRunner;

/// <summary>
/// A running <c>gitlab-runner run</c>, read from /proc. Root acts for the manager as its user and in its environment,
/// but anybody can start a process with any name, arguments and environment, even one that the kernel has just made
/// root (<c>exec -a gitlab-runner su root run</c>, which waits for a password). A process is therefore trusted only if
/// <list type="bullet">
/// <item>the file that it runs (/proc/PID/exe) is named like GitLab Runner, belongs to root or to the user of the
/// process, and is neither set-user-ID nor set-group-ID;</item>
/// <item>its four user IDs are equal, and the kernel did not start it with more rights than its parent has
/// (AT_SECURE);</item>
/// <item>all of this is the same before and after the rest was read, because a process may start another
/// program.</item>
/// </list>
/// What cannot be read is not trusted; without root, that is every process of another user. A user who runs a program
/// of that name is trusted only for that user, which gains nothing. <see cref="ManagerChoice"/> decides whether it is
/// the manager.
/// </summary>
/// <param name="Environment">The environment that it was started with. The process may have changed it since.</param>
/// <param name="Unit">The system service that it runs in; null for a user's own systemd.</param>
/// <param name="IsElsewhere">Whether it has another root directory: it runs in a container, with other files than this
/// machine.</param>
internal sealed record ManagerProcess(
    int Pid,
    uint Uid,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    string? Unit,
    bool IsElsewhere
)
{
    private const int LongestFile = 4 * 1024 * 1024;

    /// <summary>
    /// The config.toml that its command line or its environment names; null if it reads the default one.
    /// </summary>
    public string? ConfigPath =>
        Option(Command, "--config", "-config", "-c")
        ?? (Environment.GetValueOrDefault("CONFIG_FILE") is { Length: > 0 } file ? file : null);

    /// <summary>All trusted manager processes, in the order of their IDs.</summary>
    /// <param name="root">The root of the file system; <c>/</c> except in tests.</param>
    public static IReadOnlyList<ManagerProcess> FindAll(string root)
    {
        string proc = SystemdUnit.Below(root, "/proc");
        if (!OperatingSystem.IsLinux() || !Directory.Exists(proc))
            return [];
        var found = new List<ManagerProcess>();
        foreach (string directory in Directory.EnumerateDirectories(proc))
        {
            if (
                int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && ReadHeld(directory, pid, root) is { } process
            )
            {
                found.Add(process);
            }
        }
        return [.. found.OrderBy(process => process.Pid)];
    }

    /// <summary>
    /// The value of <c>--name VALUE</c> or <c>--name=VALUE</c> in a command line; null if it is missing.
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

    /// <summary>
    /// Keeps the process's directory open, so that everything is read from one process, even if its ID is reused.
    /// </summary>
    [SupportedOSPlatform("linux")]
    private static ManagerProcess? ReadHeld(string directory, int pid, string root)
    {
        int descriptor = Posix.Open(directory, Posix.OpenFlags.CloseOnExec);
        if (descriptor < 0)
            return null;
        try
        {
            string held = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
            return Proof.Of(held) is { } proof && Read(held, pid, proof.Uid, root) is { } process
                ? ProvenBy(process, proof, Proof.Of(held))
                : null;
        }
        finally
        {
            _ = Posix.Close(descriptor);
        }
    }

    private static ManagerProcess? ProvenBy(ManagerProcess process, Proof before, Proof? after) =>
        before == after ? process : null;

    private static ManagerProcess? Read(string directory, int pid, uint uid, string root)
    {
        string[] command = Fields(directory, "cmdline") ?? [];
        if (!command.Skip(1).Any(word => word is "run" or "run-single"))
            return null;
        return Fields(directory, "environ") is { } environ && IsOfAnotherRoot(directory, root) is { } isElsewhere
            ? new ManagerProcess(pid, uid, command, Variables(environ), UnitOf(directory), isElsewhere)
            : null;
    }

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
        Content(directory, name) is { } content
            ? Encoding.UTF8.GetString(content).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : null;

    private static byte[]? Content(string directory, string name) =>
        RegularFile.Read(Path.Combine(directory, name), LongestFile, out byte[] content) == FileRead.Ok
            ? content
            : null;

    /// <summary>
    /// The service that the process runs in, determined like systemd from its control group: the first part after the
    /// slices. Services of a user are nested deeper, and only root can put a process into a system service.
    /// </summary>
    private static string? UnitOf(string directory)
    {
        // <hierarchy>:<controllers>:<path>; version 1 of control groups has a hierarchy for systemd.
        string[][] lines =
        [
            .. Encoding
                .UTF8.GetString(Content(directory, "cgroup") ?? [])
                .Split('\n')
                .Select(line => line.Split(':', 3))
                .Where(fields => fields.Length == 3),
        ];
        string[]? fields =
            lines.FirstOrDefault(fields => fields[1] == "name=systemd")
            ?? lines.FirstOrDefault(fields => fields[1].Length == 0);
        string? unit = fields
            ?[2].Split('/', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(part => !part.EndsWith(".slice", StringComparison.Ordinal));
        bool isOfRunner =
            unit?.EndsWith(".service", StringComparison.Ordinal) == true
            && unit.Contains("runner", StringComparison.Ordinal);
        return isOfRunner ? unit : null;
    }

    /// <summary>
    /// A separate mount namespace does not prove a container, because services with PrivateTmp= have one too. Another
    /// root directory does.
    /// </summary>
    private static bool? IsOfAnotherRoot(string directory, string root) =>
        FileStatus.Of(Path.Combine(directory, "root")) is { } theirs && FileStatus.Of(root) is { } ours
            ? (theirs.Inode, theirs.Device) != (ours.Inode, ours.Device)
            : null;

    /// <summary>What makes a process trusted: its user, and the file that it runs.</summary>
    private sealed record Proof(uint Uid, ulong Device, ulong Inode)
    {
        private const UnixFileMode SetId = UnixFileMode.SetUser | UnixFileMode.SetGroup;

        /// <returns>Null if the process is not trusted.</returns>
        public static Proof? Of(string directory)
        {
            string program = Path.Combine(directory, "exe");
            if (
                !IsRunner(NameOf(program))
                || FileStatus.Of(program) is not { IsRegularFile: true } file
                || UidOf(directory) is not { } uid
            )
            {
                return null;
            }
            bool isTheirs = file.UserId == 0 || file.UserId == uid;
            return isTheirs && (file.Permissions & SetId) == 0 && IsStartedPlainly(directory)
                ? new Proof(uid, file.Device, file.Inode)
                : null;
        }

        /// <summary>
        /// The name that the kernel's link points to. An upgrade deletes the file of a running process.
        /// </summary>
        private static string NameOf(string program)
        {
            const string Deleted = " (deleted)";
            string name = Path.GetFileName(new FileInfo(program).LinkTarget ?? "");
            return name.EndsWith(Deleted, StringComparison.Ordinal) ? name[..^Deleted.Length] : name;
        }

        /// <summary>Downloaded programs include the system in their name: <c>gitlab-runner-linux-amd64</c>.</summary>
        private static bool IsRunner(string program) =>
            program == "gitlab-ci-multi-runner"
            || (
                program.StartsWith("gitlab-runner", StringComparison.Ordinal)
                && !program.StartsWith("gitlab-runner-helper", StringComparison.Ordinal)
            );

        /// <summary>The real, effective, saved and file system user ID; null if they differ.</summary>
        private static uint? UidOf(string directory)
        {
            const string Name = "Uid:";
            string? line = Encoding
                .UTF8.GetString(Content(directory, "status") ?? [])
                .Split('\n')
                .FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            string[] ids = line?[Name.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
            return
                ids.Length == 4
                && ids.Distinct().Count() == 1
                && uint.TryParse(ids[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint uid)
                ? uid
                : null;
        }

        /// <summary>
        /// AT_SECURE of getauxval(3): the kernel sets it for a program that gained rights when it was started. It is
        /// needed because sudo has four equal IDs by the time it prompts for a password.
        /// </summary>
        private static bool IsStartedPlainly(string directory)
        {
            const ulong Secure = 23;
            ReadOnlySpan<byte> vector = Content(directory, "auxv");
            // Pairs of a key, which is a small number, and a value; 32-bit programs have narrower words.
            int width = vector.Length >= sizeof(ulong) && Word(vector, sizeof(ulong)) <= uint.MaxValue ? 8 : 4;
            for (; vector.Length >= 2 * width; vector = vector[(2 * width)..])
            {
                if (Word(vector, width) == Secure)
                    return Word(vector[width..], width) == 0;
            }
            return false;
        }

        private static ulong Word(ReadOnlySpan<byte> bytes, int width) =>
            width == sizeof(uint)
                ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
                : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
