namespace CredHelper.Scenarios.Runner;

/// <summary>
/// A mount namespace for the commands of one scenario. A sleeping process keeps it alive, so mounts and what is written
/// to them persist from one command to the next, invisible to the rest of the machine.
/// </summary>
internal sealed class MountNamespace : IDisposable
{
    private const string Holder = "sleep";

    /// <summary>
    /// Creates a mount point that does not exist on the machine, on an overlay over the nearest existing directory. The
    /// overlay's upper directory is on a tmpfs, because it may itself be on another overlay, as in a container.
    /// </summary>
    private const string MakeMountPoint = """
        test -e "$target" || {
            base=$target
            until test -d "$base"; do base=$(dirname "$base"); done
            grep -q "^scenario $base overlay " /proc/self/mounts || {
                mount -t tmpfs tmpfs /mnt
                mkdir /mnt/upper /mnt/work
                mount -t overlay scenario -o "lowerdir=$base,upperdir=/mnt/upper,workdir=/mnt/work" "$base"
                umount /mnt
            }
            mkdir -p "$(dirname "$target")"
            if test -f "$source"; then touch "$target"; else mkdir "$target"; fi
        }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["PATH"] = SystemPath.AsInstalled,
    };

    private readonly ChildProcess _holder;

    private MountNamespace(ChildProcess holder) => _holder = holder;

    public static async Task<MountNamespace> CreateAsync()
    {
        var holder = ChildProcess.Start(
            new Launch(["unshare", "--mount", Holder, "infinity"], Environment, "/", [], false, "", null)
        );
        // unshare(1) is replaced by the sleeping process after the namespace was created.
        while (!holder.HasExited)
        {
            if (NameOf(holder) == Holder)
                return new MountNamespace(holder);
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }

        holder.Dispose();
        throw new ScenarioSkippedException("needs root and mount namespaces");
    }

    /// <summary>
    /// Makes the file or directory <paramref name="source"/> also visible at <paramref name="target"/>.
    /// </summary>
    public Task BindAsync(string source, string target) =>
        RunAsync($"{MakeMountPoint}\nmount --bind \"$source\" \"$target\"", source, target);

    /// <summary>Mounts an empty file system with mount(8)'s <paramref name="options"/> over a path.</summary>
    public Task HideAsync(string target, string options) =>
        RunAsync($"{MakeMountPoint}\nmount -t tmpfs -o \"mode=755{options}\" tmpfs \"$target\"", "", target);

    public Task MakeReadOnlyAsync(string target) =>
        RunAsync("mount --bind \"$target\" \"$target\"\nmount -o remount,ro,bind \"$target\"", "", target);

    /// <summary>
    /// The words before a command that run it in the namespace. They enter the working directory again, because an
    /// inherited one would bypass the mounts.
    /// </summary>
    public IEnumerable<string> Enter(string directory) =>
        [
            "/usr/bin/nsenter",
            $"--mount=/proc/{_holder.Id}/ns/mnt",
            "/bin/sh",
            "-c",
            "cd \"$0\" && exec \"$@\"",
            directory,
        ];

    public void Dispose() => _holder.Dispose();

    private static string NameOf(ChildProcess process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/comm").Trim();
        }
        catch (IOException)
        {
            // The process has ended: this user cannot create namespaces.
            return "";
        }
    }

    private async Task RunAsync(string script, string source, string target)
    {
        string[] command = ["/bin/sh", "-ec", $"source=$1 target=$2\n{script}", "sh", source, target];
        using var mount = ChildProcess.Start(new Launch(command, Environment, "/", [], false, "", null, this));
        Outcome? outcome = await mount.WaitAsync(Limit);
        if (outcome is not { ExitCode: 0 })
            throw new ScenarioSkippedException($"cannot mount over {target} here: {outcome?.Stderr.Trim()}");
    }
}
