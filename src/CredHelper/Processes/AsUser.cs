using System.Diagnostics;
using System.Globalization;
using System.Text;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// Runs work of root for another user in a child process that takes on that user's groups, gid and uid before it reads,
/// writes or runs any of the user's files: replacing a file with a link while root works on it then gains nothing. The
/// child is this program; its first arguments name the user to become (<see cref="UserChild"/>), which fails without
/// root's rights. The child receives nothing from this process: <list type="bullet"> <item>its three standard streams
/// are pipes, whose content this process copies, and it inherits no other descriptor;</item> <item>it starts with an
/// empty environment and receives the user's on standard input once it runs as that user: the loader and .NET's runtime
/// obey variables, and would do so as root;</item> <item>it ends with this process, also on a signal that reaches only
/// this process.</item> </list>
/// </summary>
internal static class AsUser
{
    /// <summary>
    /// The first argument of such a child: <c>as-user UID GID GROUP,GROUP STYLE COMMAND ARGUMENT…</c>.
    /// </summary>
    public const string Verb = "as-user";

    private static readonly TimeSpan Unlimited = Timeout.InfiniteTimeSpan,
        PatienceToRead = TimeSpan.FromSeconds(10);

    /// <summary>Whether this process may work for that user: it runs as that user, or as root on Linux.</summary>
    public static bool Allows(Account account) =>
        OperatingSystem.IsWindows()
            ? WindowsAccess.IsElevated || WindowsAccess.IsUser(account.Name)
            : Posix.EffectiveUserId() == account.Uid || (OperatingSystem.IsLinux() && Posix.EffectiveUserId() == 0);

    /// <summary>
    /// Returns the owner of root's HOME, which <c>sudo</c> leaves unchanged on some systems; null if it belongs to
    /// root. If HOME does not exist yet, the owner of the directory that it would be created in.
    /// </summary>
    public static Account? OwnerOfForeignHome(EnvironmentSnapshot environment)
    {
        if (!OperatingSystem.IsLinux() || Posix.EffectiveUserId() != 0 || environment.Home is not { } home)
            return null;
        for (string? place = Path.GetFullPath(home); place is not null; place = Path.GetDirectoryName(place))
        {
            if (FileStatus.Of(place) is { } status)
                return status.UserId == 0 ? null : Account.OfUid(status.UserId, home);
        }
        return null;
    }

    /// <summary>Runs a command of this program as that user and returns its output.</summary>
    /// <param name="environment">The child's whole environment; nothing of the caller's is added.</param>
    /// <exception cref="HelperException">It cannot be started, or takes longer than the deadline.</exception>
    public static ChildResult Run(
        Account account,
        EnvironmentSnapshot environment,
        string[] command,
        string input,
        TimeSpan deadline
    )
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var streams = new ChildStreams(output.Write, error.Write) { Input = input };
        int code = Start(account, environment, command, TerminalStyle.Plain.ToArgument(), streams, deadline);
        return new ChildResult(code, TextOf(output), TextOf(error));
    }

    /// <summary>
    /// Runs a command that interacts with the user at the terminal: its output is copied to our own streams, and its
    /// prompts are answered from our standard input. Returns the exit code.
    /// </summary>
    /// <param name="input">
    /// Its standard input, for data that must not be an argument; null for the user's input.
    /// </param>
    /// <param name="output">Receives its standard output; null for our own.</param>
    /// <exception cref="HelperException">It cannot be started.</exception>
    public static int RunAttached(
        Account account,
        EnvironmentSnapshot environment,
        string[] command,
        string? input = null,
        Stream? output = null
    )
    {
        TerminalStyle style = output is null ? TerminalStyle.Current : TerminalStyle.Plain;
        var streams = new ChildStreams(
            output is null ? StandardStreams.WriteOutput : output.Write,
            StandardStreams.WriteError
        )
        {
            Input = input,
        };
        return Start(account, environment, command, style.ToArgument(canAsk: input is null), streams, Unlimited);
    }

    /// <summary>
    /// Reads a file with the rights of that user if this process is root; otherwise with its own rights.
    /// </summary>
    /// <inheritdoc cref="RegularFile.Read"/>
    public static FileRead ReadFile(Account account, string path, int limit, out byte[] content)
    {
        bool isOther = OperatingSystem.IsLinux() && Posix.EffectiveUserId() == 0 && account.Uid != 0;
        if (!isOther)
            return RegularFile.Read(path, limit, out content);
        using var output = new MemoryStream();
        var streams = new ChildStreams(output.Write, StandardStreams.WriteError) { Input = "" };
        int code = Start(
            account,
            account.CleanEnvironment(),
            [UserChild.ReadCommand, path, Text((uint)limit)],
            TerminalStyle.Plain.ToArgument(),
            streams,
            PatienceToRead
        );
        // Any other exit code means that the process could not become the user.
        FileRead outcome =
            code >= UserChild.FirstReadCode ? (FileRead)(code - UserChild.FirstReadCode) : FileRead.Unreadable;
        content = outcome == FileRead.Ok ? output.ToArray() : [];
        return outcome;
    }

    /// <exception cref="HelperException">This process may not work for that user.</exception>
    public static void Require(Account account)
    {
        if (!Allows(account))
        {
            throw new HelperException(
                FailureKind.Configuration,
                OperatingSystem.IsWindows()
                    ? $"only an administrator can act as the account {account.Name}"
                    : $"only root can act as the user {account.Name}"
            )
            {
                NeedsRoot = true,
            };
        }
    }

    private static int Start(
        Account account,
        EnvironmentSnapshot environment,
        string[] command,
        string style,
        ChildStreams streams,
        TimeSpan deadline
    )
    {
        Require(account);
        string groups = string.Join(',', account.Groups().Select(Text));
        (string path, string[] arguments) = OwnProgram.Start([
            Verb,
            Text(account.Uid),
            Text(account.Gid),
            groups,
            style,
            .. command,
        ]);
        using var process = new Process { StartInfo = Describe(path, arguments) };
        try
        {
            if (OperatingSystem.IsLinux())
                Posix.KeepDescriptorsToOurselves();
            process.Start();
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            throw new HelperException(
                FailureKind.Other,
                $"cannot start a process for {account.Name}: {ForeignText.Clean(exception.Message)}",
                null,
                exception
            );
        }
        return streams.Attend(process, UserChild.EnvironmentText(environment), deadline);
    }

    private static ProcessStartInfo Describe(string path, string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        return start;
    }

    private static string TextOf(MemoryStream stream) =>
        Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);
}
