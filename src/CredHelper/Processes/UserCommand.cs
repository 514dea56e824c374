using CredHelper.Errors;

namespace CredHelper.Processes;

/// <summary>A command in a hint, as the reader has to run it for another user.</summary>
internal static class UserCommand
{
    /// <param name="command">A command line for a shell.</param>
    /// <param name="needsSudo">False for root without sudo, as in a container.</param>
    public static string AsRoot(string command, bool needsSudo) =>
        needsSudo && !OperatingSystem.IsWindows() ? $"sudo {command}" : command;

    /// <param name="user">The user to run it as.</param>
    /// <param name="reader">The user id of the reader.</param>
    /// <param name="needsSudo">False for root without sudo, as in a container.</param>
    /// <param name="settings">Variables that the command needs, each <c>NAME=VALUE</c>.</param>
    /// <param name="command">A command line for a shell.</param>
    public static string As(
        Account user,
        uint reader,
        bool needsSudo,
        IReadOnlyCollection<string> settings,
        string command
    )
    {
        if (OperatingSystem.IsWindows())
            return command;
        string call =
            settings.Count == 0 ? command : $"env {string.Join(' ', settings.Select(ShellWord.Quote))} {command}";
        if (user.Uid == reader)
            return call;
        if (!user.IsKnown && user.Uid != 0)
        {
            // runuser(1) accepts only names, and sudo(8) no uid without a name.
            return AsRoot($"setpriv --reuid={user.Uid} --regid={user.Gid} --clear-groups {call}", needsSudo);
        }
        string name = ShellWord.Quote(user.Name);
        if (!needsSudo)
            return $"runuser -u {name} -- {call}";
        return user.Uid == 0 ? $"sudo -H {call}" : $"sudo -H -u {name} {call}";
    }
}
