using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// What root does for another user happens in a child that has taken that user's groups, gid and uid before it reads,
/// writes or runs anything of theirs: a file that the user swaps for a link while root works on it then gives nothing
/// away. The child is this program, told by a first argument who to become; without root's rights that call fails.
/// </summary>
internal static class AsUser
{
    /// <summary>The first argument of such a child: <c>as-user UID GID GROUP,GROUP COMMAND ARGUMENT…</c>.</summary>
    public const string Verb = "as-user";

    /// <summary>Before the command, for a child that writes to our terminal with another environment.</summary>
    private const string StyleOption = "--terminal-style=";

    /// <summary>Whether this process may work for that user: it is that user, or root on Linux.</summary>
    public static bool Allows(Account account) =>
        !OperatingSystem.IsWindows()
        && (Posix.EffectiveUserId() == account.Uid || (OperatingSystem.IsLinux() && Posix.EffectiveUserId() == 0));

    /// <summary>
    /// The owner of the home that root was given, as <c>sudo</c> leaves it on some systems; null where it is root's
    /// own.
    /// </summary>
    public static Account? OwnerOfForeignHome(EnvironmentSnapshot environment)
    {
        if (!OperatingSystem.IsLinux() || Posix.EffectiveUserId() != 0 || environment.Home is not { } home)
            return null;
        return FileStatus.Of(home) is { UserId: not 0 and var owner } ? Account.ByUid(owner) : null;
    }

    /// <summary>Runs a command of this program as that user and waits for what it says.</summary>
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
        Require(account);
        (string path, string[] arguments) = OwnProgram.Start(Arguments(account, command));
        return ChildProcess.Run(environment, path, arguments, input, deadline, isMarked: false);
    }

    /// <summary>
    /// The same with our own standard streams, for a command that talks to the person at the terminal. The exit code.
    /// </summary>
    /// <param name="input">What its standard input holds, for what must not stand in an argument; null for our
    /// own.</param>
    /// <param name="output">Takes its standard output; null for our own.</param>
    /// <exception cref="HelperException">It cannot be started.</exception>
    public static int RunAttached(
        Account account,
        EnvironmentSnapshot environment,
        string[] command,
        string? input = null,
        Stream? output = null
    )
    {
        Require(account);
        TerminalStyle style = output is null ? TerminalStyle.Current : TerminalStyle.Plain;
        string[] styled = [StyleOption + style.ToArgument(), .. command];
        (string path, string[] arguments) = OwnProgram.Start(Arguments(account, styled));
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = output is not null,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in environment.Variables)
            start.Environment[name] = value;
        try
        {
            using Process child = Process.Start(start)!;
            if (input is not null)
            {
                child.StandardInput.Write(input);
                child.StandardInput.Close();
            }
            if (output is not null)
                child.StandardOutput.BaseStream.CopyTo(output);
            child.WaitForExit();
            return child.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new HelperException(
                FailureKind.Other,
                $"cannot start a process for {account.Name}: {ForeignText.Clean(exception.Message)}",
                null,
                exception
            );
        }
    }

    /// <summary>The child's side: becomes the user, for good, and goes on with the command.</summary>
    /// <exception cref="HelperException">The arguments are none of ours, or the kernel refuses.</exception>
    public static int Become(string[] args, Func<string[], int> run)
    {
        if (
            !OperatingSystem.IsLinux()
            || args is not [_, var uid, var gid, var groups, .. var command]
            || command.Length == 0
            || !TryId(uid, out uint user)
            || !TryId(gid, out uint group)
            || !TryIds(groups, out uint[] all)
        )
        {
            throw new HelperException(FailureKind.Usage, $"{Verb} is for this program's own use");
        }

        Become(user, group, all);
        if (!command[0].StartsWith(StyleOption, StringComparison.Ordinal))
            return run(command);
        TerminalStyle.Inherit(command[0][StyleOption.Length..]);
        return run(command[1..]);
    }

    [SupportedOSPlatform("linux")]
    private static unsafe void Become(uint user, uint group, uint[] groups)
    {
        // Nothing to give up where we are that user already, and no right to set groups.
        if (Posix.EffectiveUserId() == user && user != 0)
            return;
        fixed (uint* list = groups)
        {
            if (
                Posix.SetGroups((nuint)groups.Length, list) != 0
                || Posix.SetGroupId(group) != 0
                || Posix.SetUserId(user) != 0
            )
            {
                throw new HelperException(
                    FailureKind.Configuration,
                    $"cannot become user {user}: {Marshal.GetLastPInvokeErrorMessage()}",
                    "run it as root"
                );
            }
        }
        if (user != 0 && Posix.SetUserId(0) == 0)
            throw new HelperException(FailureKind.Other, $"user {user} could become root again");
    }

    private static string[] Arguments(Account account, string[] command) =>
        [Verb, Text(account.Uid), Text(account.Gid), string.Join(',', account.Groups().Select(Text)), .. command];

    /// <exception cref="HelperException">This process may not work for that user.</exception>
    public static void Require(Account account)
    {
        if (!Allows(account))
        {
            throw new HelperException(FailureKind.Configuration, $"only root may work for the user {account.Name}")
            {
                NeedsRoot = true,
            };
        }
    }

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);

    private static bool TryId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static bool TryIds(string text, out uint[] ids)
    {
        string[] words = text.Split(',');
        ids = new uint[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!TryId(words[i], out ids[i]))
                return false;
        }
        return true;
    }
}
