using System.Runtime.Versioning;
using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// What an input holds now that only the slow way could find (the variable with an id token, a profile's token file,
/// the boot id where instance metadata answered, whatever a credential process can look at). Its digest is kept with a
/// cached token as a compiler keeps a file's dependencies, and a hit compares it.
/// </summary>
internal static unsafe class DependencyDigest
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>Adds the digest of an input; empty if what it holds cannot be told.</summary>
    /// <param name="scratch">Memory for all that is read.</param>
    /// <param name="environment">Where variables are looked up.</param>
    /// <param name="seed">That of the cache.</param>
    /// <param name="kind">What the input is.</param>
    /// <param name="name">The variable, or the path; for the whole environment just its name in an entry.</param>
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
    /// Whether a variable tells only how a shell was started, what its terminal is like, or which of docker's plugins
    /// talk to each other: it changes from command to command, and no program takes its identity from it.
    /// </summary>
    public static bool IsOfShell(Bytes name) =>
        name.IsOneOf(
            "_ PWD OLDPWD SHLVL COLUMNS LINES TERM COLORTERM LS_COLORS NO_COLOR FORCE_COLOR "u8
                + "DOCKER_CLI_PLUGIN_SOCKET DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"u8
        );

    /// <summary>
    /// What a variable holds; unset and empty differ. False if the variable is there twice.
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
    /// Adds a digest of every variable that can matter, in the order of their names. Empty if one is there twice: which
    /// of the two counts is for its reader to choose.
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

    /// <summary>With the name that a shell has for it. False if it was removed, or cannot be reached.</summary>
    private static bool TryAddWorkingDirectory(ref Scratch scratch, in EnvironmentBlock environment)
    {
        scratch.AddField(environment.Get("PWD"u8));
        if (!OperatingSystem.IsLinux())
        {
            scratch.AddText(Environment.CurrentDirectory);
            return true;
        }
        const int LongestPath = 4096;
        if (!scratch.Reserve(LongestPath) || LibC.GetCurrentDirectory(scratch.End, LongestPath) == null)
            return false;
        var path = Bytes.OfC(scratch.End);
        scratch.Advance(path.Length + 1);
        return path.StartsWith("/"u8) && TryAddStatus(ref scratch, path, withContent: false);
    }

    /// <summary>False if there is no such file.</summary>
    private static bool TryAddProgram(ref Scratch scratch, Bytes name)
    {
        if (!OperatingSystem.IsLinux())
            return TryAddStatusPortable(ref scratch, name);
        int begin = scratch.Length;
        scratch.Add(name);
        Bytes path = scratch.EndPath(begin);
        return !scratch.IsFull && TryAddStatus(ref scratch, path, withContent: true);
    }

    /// <summary>Adds which file it is and, if its content counts, in which state.</summary>
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
    /// Adds a digest of what a file holds; missing and empty differ. Empty for what is no small readable file: its
    /// content is unknown and may change unseen.
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
