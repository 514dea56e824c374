using System.Globalization;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// An entry of the user database. The static file starts no name service, so /etc/passwd is read directly; users known
/// to another service alone (LDAP, systemd-homed) are asked for with getent(1), which ships with glibc.
/// </summary>
/// <param name="Home">An absolute path; <c>/</c> where the database names none.</param>
internal sealed record Account(string Name, uint Uid, uint Gid, string Home)
{
    private const int LongestFile = 16 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Account? ByName(string name) => Find(name, entry => entry.Name == name);

    public static Account? ByUid(uint uid) =>
        Find(uid.ToString(CultureInfo.InvariantCulture), entry => entry.Uid == uid);

    /// <summary>
    /// Group ids as initgroups(3) would take them: the primary one and those of /etc/group that list the name.
    /// </summary>
    public IReadOnlyList<uint> Groups()
    {
        var groups = new SortedSet<uint> { Gid };
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

    /// <summary>
    /// What a service of this user starts with where nothing else is said, as systemd and login(1) set it.
    /// </summary>
    public EnvironmentSnapshot CleanEnvironment() =>
        new(
            new Dictionary<string, string>
            {
                ["HOME"] = Home,
                ["USER"] = Name,
                ["LOGNAME"] = Name,
                ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            }
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
        // An absolute path: this may run as root, and PATH is the caller's.
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
