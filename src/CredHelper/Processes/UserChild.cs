using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;

namespace CredHelper.Processes;

/// <summary>
/// The child's side of <see cref="AsUser"/>: it leaves the terminal and working directory of its parent, permanently
/// becomes the user, takes over that user's environment, and runs the command. Any failure ends it.
/// </summary>
internal static class UserChild
{
    /// <summary>The command that prints a file: <c>read-file PATH LIMIT</c>.</summary>
    public const string ReadCommand = "read-file";

    /// <summary>The exit code for the first outcome of <see cref="FileRead"/>.</summary>
    public const int FirstReadCode = 100;

    private const int LongestEnvironment = 16 * 1024 * 1024;

    /// <summary>
    /// Returns what the child reads before its input: the length of the environment in bytes, and the environment.
    /// </summary>
    public static string EnvironmentText(EnvironmentSnapshot environment)
    {
        string text = string.Concat(environment.Variables.Select(variable => $"{variable.Key}={variable.Value}\0"));
        return string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(text)}\n{text}");
    }

    /// <exception cref="HelperException">The arguments are invalid, or the kernel refuses.</exception>
    public static int Become(string[] args, Func<string[], int> run)
    {
        if (
            !OperatingSystem.IsLinux()
            || args is not [_, var uid, var gid, var groups, var style, .. var command]
            || command.Length == 0
            || !TryId(uid, out uint user)
            || !TryId(gid, out uint group)
            || !TryIds(groups, out uint[] all)
        )
        {
            throw new HelperException(FailureKind.Usage, $"{AsUser.Verb} is only for internal use");
        }

        FramedStreams.BeginAsChild();
        TerminalStyle.Inherit(style);
        LeaveParent();
        if (Posix.EffectiveUserId() != user || user == 0)
            Become(user, group, all);
        TakeEnvironment();
        return command is [ReadCommand, var path, var limit]
            ? Print(path, int.Parse(limit, CultureInfo.InvariantCulture))
            : run(command);
    }

    /// <summary>
    /// Without this, a program of the user could inject commands into root's terminal (TIOCSTI in ioctl_tty(2)) and
    /// access root's working directory.
    /// </summary>
    [SupportedOSPlatform("linux")]
    private static void LeaveParent()
    {
        const uint MaskOfServices = 0x12;
        if (Posix.NewSession() < 0)
            throw Refusal("leave the terminal");
        _ = Posix.SetFileModeMask(MaskOfServices);
        Directory.SetCurrentDirectory("/");
    }

    [SupportedOSPlatform("linux")]
    private static unsafe void Become(uint user, uint group, uint[] groups)
    {
        bool isAnother = Posix.EffectiveUserId() != user;
        fixed (uint* list = groups)
        {
            if (
                Posix.SetGroups((nuint)groups.Length, list) != 0
                || Posix.SetGroupId(group) != 0
                || Posix.SetUserId(user) != 0
            )
            {
                throw Refusal($"become user {user}");
            }
        }
        if (!Is(user, group, groups))
            throw new HelperException(FailureKind.Other, $"user {user} kept rights of the previous user");
        if (user != 0 && Posix.SetUserId(0) == 0)
            throw new HelperException(FailureKind.Other, $"user {user} could become root again");
        if (isAnother)
            ChildProcess.RefuseNewPrivileges();
    }

    /// <summary>Whether the kernel reports exactly these ids and groups.</summary>
    [SupportedOSPlatform("linux")]
    private static unsafe bool Is(uint user, uint group, uint[] groups)
    {
        uint[] found = new uint[Math.Max(Posix.GetGroups(0, null), 0)];
        fixed (uint* list = found)
        {
            if (found.Length > 0 && Posix.GetGroups(found.Length, list) != found.Length)
                return false;
        }
        _ = Posix.GetUserIds(out uint real, out uint effective, out uint saved);
        _ = Posix.GetGroupIds(out uint realGroup, out uint effectiveGroup, out uint savedGroup);
        uint[] ids = [real, effective, saved];
        uint[] groupIds = [realGroup, effectiveGroup, savedGroup];
        return Array.TrueForAll(ids, id => id == user)
            && Array.TrueForAll(groupIds, id => id == group)
            && Array.TrueForAll(found, id => Array.IndexOf(groups, id) >= 0);
    }

    /// <summary>Replaces the environment of this process with the user's, also for libraries.</summary>
    private static void TakeEnvironment()
    {
        if (
            !int.TryParse(StandardStreams.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > LongestEnvironment
            || StandardStreams.ReadBytes(length) is not { } bytes
            || bytes.Length != length
        )
        {
            throw new HelperException(FailureKind.Usage, $"{AsUser.Verb} received no environment");
        }
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            Environment.SetEnvironmentVariable((string)variable.Key, null);
        foreach (string variable in Encoding.UTF8.GetString(bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = variable.IndexOf('=');
            if (equals > 0)
                Environment.SetEnvironmentVariable(variable[..equals], variable[(equals + 1)..]);
        }
    }

    /// <summary>Prints a file; the exit code is the outcome.</summary>
    private static int Print(string path, int limit)
    {
        FileRead outcome = RegularFile.Read(path, limit, out byte[] content);
        StandardStreams.WriteOutput(content);
        return FirstReadCode + (int)outcome;
    }

    private static HelperException Refusal(string what) =>
        new(FailureKind.Configuration, $"cannot {what}: {Marshal.GetLastPInvokeErrorMessage()}", "run it as root");

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
