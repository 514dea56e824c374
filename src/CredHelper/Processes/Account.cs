using System.Globalization;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// An entry of the user database. The static executable uses no name services, so /etc/passwd is read directly; users
/// of other services (LDAP, systemd-homed) are looked up with getent(1), which is part of glibc.
/// </summary>
/// <param name="Name">For a user who is missing in the database: <c>#UID</c>, as in sudo(8).</param>
/// <param name="Home">An absolute path; <c>/</c> if the database has none.</param>
/// <param name="IsKnown">Whether the user is in the database.</param>
internal sealed record Account(string Name, uint Uid, uint Gid, string Home, bool IsKnown = true)
{
    /// <summary>The group nogroup, which owns no files.</summary>
    private const uint NoGroup = 65534;

    private const int LongestFile = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Account? ByName(string name) => Find(name, entry => entry.Name == name);

    public static Account? ByUid(uint uid) => Find(Text(uid), entry => entry.Uid == uid);

    /// <summary>
    /// Returns the account of a user id that may be missing in the user database, such as one of a container image or
    /// of a deleted account: work for such a user is done with that uid, never as root.
    /// </summary>
    /// <param name="uid">The user.</param>
    /// <param name="home">
    /// The home directory of a user who is missing in the database; its group is used as the user's.
    /// </param>
    public static Account OfUid(uint uid, string? home = null) =>
        ByUid(uid)
        ?? (
            uid == 0
                ? new Account("root", 0, 0, "/root", IsKnown: false)
                : new Account($"#{Text(uid)}", uid, GroupOf(home), home ?? "/", IsKnown: false)
        );

    /// <summary>
    /// Returns the group of a home directory. Its creator may have given it any group, such as root's; only a group
    /// that is missing in the group database gives the user no access that was meant for others.
    /// </summary>
    private static uint GroupOf(string? home) =>
        home is not null && FileStatus.Of(home) is { GroupId: not 0 and var group } && !IsKnownGroup(Text(group))
            ? group
            : NoGroup;

    private static bool IsKnownGroup(string id) =>
        Lines("/etc/group").Any(group => group.Length >= 3 && group[2] == id) || Ask("group", id) is not null;

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Returns the group ids that initgroups(3) would set: the primary group and those of /etc/group that list the
    /// name.
    /// </summary>
    public IReadOnlyList<uint> Groups()
    {
        var groups = new SortedSet<uint> { Gid };
        if (!IsKnown)
            return [.. groups];
        foreach (string[] group in Lines("/etc/group"))
        {
            if (
                group.Length >= 4
                && uint.TryParse(group[2], CultureInfo.InvariantCulture, out uint id)
                && group[3].Split(',').Contains(Name)
            )
            {
                groups.Add(id);
            }
        }
        if (Ask("initgroups", Name) is { } answer)
        {
            foreach (string word in answer.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1))
            {
                if (uint.TryParse(word, CultureInfo.InvariantCulture, out uint id))
                    groups.Add(id);
            }
        }
        return [.. groups];
    }

    /// <summary>Returns the default environment of a service of this user, as systemd and login(1) set it.</summary>
    public EnvironmentSnapshot CleanEnvironment() =>
        new(
            new Dictionary<string, string>
            {
                ["HOME"] = Home,
                ["USER"] = Name,
                ["LOGNAME"] = Name,
                ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            }.Where(variable => IsKnown || variable.Key is "HOME" or "PATH")
        );

    private static Account? Find(string key, Func<Account, bool> isWanted)
    {
        foreach (string[] line in Lines("/etc/passwd"))
        {
            if (Parse(line) is { } account && isWanted(account))
                return account;
        }
        return
            Ask("passwd", key) is { } answer && Parse(answer.TrimEnd('\n').Split(':')) is { } found && isWanted(found)
            ? found
            : null;
    }

    /// <summary>passwd(5): <c>name:password:uid:gid:comment:home:shell</c>.</summary>
    private static Account? Parse(string[] fields) =>
        fields.Length >= 6
        && fields[0].Length > 0
        && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out uint uid)
        && uint.TryParse(fields[3], CultureInfo.InvariantCulture, out uint gid)
            ? new Account(fields[0], uid, gid, fields[5].StartsWith('/') ? fields[5] : "/")
            : null;

    private static IEnumerable<string[]> Lines(string path) =>
        RegularFile.Read(path, LongestFile, out byte[] content) == FileRead.Ok
            ? System.Text.Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Split(':'))
            : [];

    private static string? Ask(string database, string key)
    {
        // An absolute path, because this may run as root and PATH is the caller's.
        const string Getent = "/usr/bin/getent";
        if (!File.Exists(Getent) || key.StartsWith('-'))
            return null;
        try
        {
            var environment = new EnvironmentSnapshot(new Dictionary<string, string>());
            ChildResult result = ChildProcess.Run(environment, Getent, [database, key], "", Patience);
            return result.ExitCode == 0 ? result.Output : null;
        }
        catch (HelperException)
        {
            return null;
        }
    }
}
