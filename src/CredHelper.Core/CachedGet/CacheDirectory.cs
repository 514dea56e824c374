using System.Runtime.Versioning;
using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>Why this program has no directory for its files.</summary>
internal enum CacheDirectoryFault
{
    None,
    Disabled,
    NoHome,
    NotAbsolute,

    /// <summary>
    /// Under <c>sudo</c> with the caller's HOME, files of root in that directory would lock out its owner.
    /// </summary>
    HomeOfAnotherUser,
}

/// <summary>
/// The directories of this program's own files: below <c>AWS_ECR_CACHE_DIR</c>, or <c>~/.ecr</c> if it is not set. Each
/// kind of file and layout version has its own leaf directory, so that two versions of the program never read each
/// other's files.
/// </summary>
internal static unsafe class CacheDirectory
{
    public static ReadOnlySpan<byte> TokensLeaf => "tokens-v1"u8;

    public static ReadOnlySpan<byte> LoginsLeaf => "logins-v1"u8;

    /// <summary>
    /// Whether <c>AWS_ECR_DISABLE_CACHE</c> is set. Any value counts, <c>false</c> included, as in AWS's helper.
    /// </summary>
    public static bool IsDisabled(in EnvironmentBlock environment) =>
        !environment.Get("AWS_ECR_DISABLE_CACHE"u8).IsEmpty;

    /// <summary>Adds the zero-terminated path of a leaf directory.</summary>
    public static CacheDirectoryFault TryAdd(
        ref Scratch scratch,
        in EnvironmentBlock environment,
        Bytes leaf,
        out Bytes path
    )
    {
        path = default;
        if (IsDisabled(environment))
            return CacheDirectoryFault.Disabled;
        Bytes named = environment.Get("AWS_ECR_CACHE_DIR"u8);
        if (named.IsEmpty && OperatingSystem.IsLinux() && IsOfAnotherUser(ref scratch, environment.Home))
            return CacheDirectoryFault.HomeOfAnotherUser;
        int begin = scratch.Length;
        if (!HomePath.TryAdd(ref scratch, environment.Home, named, ".ecr"u8))
            return named.IsEmpty ? CacheDirectoryFault.NoHome : CacheDirectoryFault.NotAbsolute;
        Bytes parent = scratch.Since(begin);
        if (scratch.IsFull || !IsAbsolute(parent))
            return CacheDirectoryFault.NotAbsolute;
        int leafBegin = scratch.Length;
        _ = HomePath.TryAddBelow(ref scratch, parent, leaf);
        path = scratch.EndPath(leafBegin);
        return CacheDirectoryFault.None;
    }

    private static bool IsAbsolute(Bytes path) =>
        OperatingSystem.IsWindows() ? Path.IsPathFullyQualified(path.ToString()) : path.StartsWith("/"u8);

    [SupportedOSPlatform("linux")]
    private static bool IsOfAnotherUser(ref Scratch scratch, Bytes home)
    {
        if (home.IsEmpty || LibC.EffectiveUserId() != 0)
            return false;
        int begin = scratch.Length;
        scratch.Add(home);
        Bytes path = scratch.EndPath(begin);
        bool isOther = !scratch.IsFull && NativeFile.Status(path, followLinks: true) is { UserId: not 0 };
        scratch.Rewind(begin);
        return isOther;
    }
}
