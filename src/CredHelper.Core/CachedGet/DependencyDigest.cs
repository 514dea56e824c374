using System.Runtime.Versioning;
using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The current content of an input that only the full lookup can find: the variable that holds an id token, a profile's
/// token file, the boot id if IMDS was used, or anything that a credential process can read. Its digest is stored with
/// a cached token, as a compiler stores the dependencies of a file, and is compared on every hit.
/// </summary>
internal static unsafe class DependencyDigest
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>Adds the digest of an input; empty if its content cannot be determined.</summary>
    /// <param name="scratch">Memory for everything that is read.</param>
    /// <param name="environment">The environment to look up variables in.</param>
    /// <param name="seed">The seed of the cache.</param>
    /// <param name="kind">The kind of the input.</param>
    /// <param name="name">The variable or the path; for the whole environment only its name in an entry.</param>
    public static Bytes Add(
        ref Scratch scratch,
        in EnvironmentBlock environment,
        Bytes seed,
        DependencyKind kind,
        Bytes name
    )
    {
        if (kind == DependencyKind.File)
            return AddFile(ref scratch, seed, name);
        if (kind == DependencyKind.Environment)
            return AddEnvironment(ref scratch, environment, seed, name);
        int fields = Begin(ref scratch, seed, kind, name);
        bool isKnown = kind switch
        {
            DependencyKind.Variable => TryAddVariable(ref scratch, environment, name),
            DependencyKind.Directory => TryAddWorkingDirectory(ref scratch, environment),
            _ => TryAddProgram(ref scratch, name),
        };
        return isKnown ? scratch.Digest(fields, seed) : default;
    }

    /// <summary>
    /// Whether a variable only describes how a shell was started, its terminal, or how docker's plugins communicate.
    /// Such a variable changes from command to command, and no program takes its identity from it.
    /// </summary>
    public static bool IsOfShell(Bytes name) =>
        name.IsOneOf(
            "_ PWD OLDPWD SHLVL COLUMNS LINES TERM COLORTERM LS_COLORS NO_COLOR FORCE_COLOR "u8
                + "DOCKER_CLI_PLUGIN_SOCKET DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"u8
        );

    /// <summary>
    /// Adds the value of a variable; unset and empty differ. Returns false if the variable occurs twice.
    /// </summary>
    private static bool TryAddVariable(ref Scratch scratch, in EnvironmentBlock environment, Bytes name)
    {
        if (!environment.TryFind(name, out Bytes value, out bool isSet))
            return false;
        if (isSet)
            scratch.AddField(value);
        else
            scratch.AddAbsent();
        return true;
    }

    /// <summary>
    /// Adds a digest of every relevant variable, ordered by name. Empty if a variable occurs twice, because programs
    /// differ in which of the two they read.
    /// </summary>
    private static Bytes AddEnvironment(ref Scratch scratch, in EnvironmentBlock environment, Bytes seed, Bytes name)
    {
        if (!environment.TryList(ref scratch, default, out Bytes* names, out int count))
            return default;
        int fields = Begin(ref scratch, seed, DependencyKind.Environment, name);
        for (int i = 0; i < count; i++)
        {
            if (IsOfShell(names[i]) || IdentityDigest.IsIrrelevant(names[i]))
                continue;
            scratch.AddField(names[i]);
            scratch.AddField(EnvironmentBlock.ValueOf(names[i]));
        }
        return scratch.Digest(fields, seed);
    }

    /// <summary>
    /// Adds the directory and its path in <c>PWD</c>. Returns false if it was removed or cannot be reached.
    /// </summary>
    private static bool TryAddWorkingDirectory(ref Scratch scratch, in EnvironmentBlock environment)
    {
        scratch.AddField(environment.Get("PWD"u8));
        if (!OperatingSystem.IsLinux())
        {
            scratch.AddText(Environment.CurrentDirectory);
            return true;
        }
        return TryAddWorkingDirectoryLinux(ref scratch);
    }

    [SupportedOSPlatform("linux")]
    private static bool TryAddWorkingDirectoryLinux(ref Scratch scratch)
    {
        const int LongestPath = 4096;
        if (!scratch.Reserve(LongestPath) || LibC.GetCurrentDirectory(scratch.End, LongestPath) == null)
            return false;
        var path = Bytes.OfC(scratch.End);
        scratch.Advance(path.Length + 1);
        return path.StartsWith("/"u8) && TryAddStatus(ref scratch, path, withContent: false);
    }

    /// <summary>Returns false if the file does not exist.</summary>
    private static bool TryAddProgram(ref Scratch scratch, Bytes name)
    {
        if (!OperatingSystem.IsLinux())
            return TryAddStatusPortable(ref scratch, name);
        int begin = scratch.Length;
        scratch.Add(name);
        Bytes path = scratch.EndPath(begin);
        return !scratch.IsFull && TryAddStatus(ref scratch, path, withContent: true);
    }

    /// <summary>Adds the identity of the file and, if its content counts, its size and time of last change.</summary>
    [SupportedOSPlatform("linux")]
    private static bool TryAddStatus(ref Scratch scratch, Bytes path, bool withContent)
    {
        if (NativeFile.Status(path, followLinks: true) is not { } status)
            return false;
        AddStatus(ref scratch, status, withContent);
        return true;
    }

    private static bool TryAddStatusPortable(ref Scratch scratch, Bytes path)
    {
        if (FileStatus.Of(path.ToString()) is not { } status)
            return false;
        AddStatus(ref scratch, status, withContent: true);
        return true;
    }

    private static void AddStatus(ref Scratch scratch, in FileStatus status, bool withContent)
    {
        scratch.AddNumber((long)status.Device);
        scratch.AddNumber((long)status.Inode);
        if (!withContent)
            return;
        scratch.AddNumber((long)status.Size);
        scratch.AddNumber(status.ModifiedSeconds);
        scratch.AddNumber(status.ModifiedNanoseconds);
    }

    /// <summary>
    /// Adds a digest of a file's content; missing and empty differ. Empty if the file is too large, not readable or not
    /// a regular file: its content is unknown and may change unnoticed.
    /// </summary>
    private static Bytes AddFile(ref Scratch scratch, Bytes seed, Bytes path)
    {
        int begin = scratch.Length;
        scratch.Add(path);
        Bytes terminated = scratch.EndPath(begin);
        int fields = Begin(ref scratch, seed, DependencyKind.File, path);
        int field = scratch.BeginField();
        FileRead result = NativeFile.Append(ref scratch, terminated, LongestFile);
        scratch.EndField(field, result == FileRead.Ok ? null : 0);
        return result is FileRead.Ok or FileRead.Missing ? scratch.Digest(fields, seed) : default;
    }

    private static int Begin(ref Scratch scratch, Bytes seed, DependencyKind kind, Bytes name)
    {
        int fields = scratch.Length;
        scratch.AddField(seed);
        scratch.AddField((int)kind);
        scratch.AddField(name);
        return fields;
    }
}
