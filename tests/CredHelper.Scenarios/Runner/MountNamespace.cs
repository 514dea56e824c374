namespace CredHelper.Scenarios.Runner;

/// <summary>
/// A mount namespace for the commands of one scenario. It lives as long as a sleeping process in it, so a mount, and
/// what is written to it, lasts from one command to the next; the machine itself sees nothing of it.
/// </summary>
internal sealed class MountNamespace : IDisposable
{
    private const string Holder = "sleep";

    /// <summary>
    /// Makes a mount point that the machine lacks, on an overlay over the nearest directory that exists. The overlay
    /// keeps its upper directory on a tmpfs because it may lie on another overlay itself, as it does in a container.
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
        // unshare(1) becomes the holder once the namespace is there and separate from the machine's.
        while (!holder.HasExited)
        {
            if (NameOf(holder) == Holder)
                return new MountNamespace(holder);
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }

        holder.Dispose();
        throw new ScenarioSkippedException("needs root and mount namespaces");
    }

    /// <summary>The file or directory <paramref name="source"/> stands at <paramref name="target"/> too.</summary>
    public Task BindAsync(string source, string target) =>
        RunAsync($"{MakeMountPoint}\nmount --bind \"$source\" \"$target\"", source, target);

    /// <summary>A new file system with mount(8)'s <paramref name="options"/> hides what is there.</summary>
    public Task HideAsync(string target, string options) =>
        RunAsync($"{MakeMountPoint}\nmount -t tmpfs -o \"mode=755{options}\" tmpfs \"$target\"", "", target);

    public Task MakeReadOnlyAsync(string target) =>
        RunAsync("mount --bind \"$target\" \"$target\"\nmount -o remount,ro,bind \"$target\"", "", target);

    /// <summary>
    /// The words before a command that run it in here. The working directory is entered again: the one that a process
    /// brings along still leads past the mounts.
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
            // It has ended meanwhile: there are no namespaces for this user.
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
