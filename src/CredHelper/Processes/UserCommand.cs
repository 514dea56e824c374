using CredHelper.Errors;

namespace CredHelper.Processes;

/// <summary>A command in a remedy, as the person who reads it has to run it for another user.</summary>
internal static class UserCommand
{
    /// <param name="command">For a shell.</param>
    /// <param name="needsSudo">False for root without sudo, as in a container.</param>
    public static string AsRoot(string command, bool needsSudo) => needsSudo ? $"sudo {command}" : command;

    /// <param name="user">Who is to run it.</param>
    /// <param name="reader">The user id of the person who reads it.</param>
    /// <param name="needsSudo">False for root without sudo, as in a container.</param>
    /// <param name="settings">Variables that the command needs, each <c>NAME=VALUE</c>.</param>
    /// <param name="command">For a shell.</param>
    public static string As(
        Account user,
        uint reader,
        bool needsSudo,
        IReadOnlyCollection<string> settings,
        string command
    )
    {
        string call =
            settings.Count == 0 ? command : $"env {string.Join(' ', settings.Select(ShellWord.Quote))} {command}";
        if (user.Uid == reader)
            return call;
        if (!needsSudo)
            return $"runuser -u {NameOf(user)} -- {call}";
        return user.Uid == 0 ? $"sudo -H {call}" : $"sudo -H -u {NameOf(user)} {call}";
    }

    /// <summary>Quoted already where there is only a number (<c>'#30001'</c>).</summary>
    private static string NameOf(Account user) => user.Name.StartsWith('\'') ? user.Name : ShellWord.Quote(user.Name);
}
