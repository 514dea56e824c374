using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// A cached <c>get</c>, from the environment to the answer. It reads a few small files and writes one line, without a
/// lock, the network, an SDK or a parser. Anything other than a certain hit is left to the full lookup, which also
/// reports errors.
/// </summary>
internal static class Hit
{
    /// <summary>The most bytes of an entry; a larger file is not an entry.</summary>
    public const int LongestEntry = 256 * 1024;

    /// <summary>The number of characters in the seed file, and the name of that file.</summary>
    public const int SeedLength = 32;

    public static ReadOnlySpan<byte> SeedFile => "seed"u8;

    /// <summary>
    /// Adds the path of the directory of tokens; false if it does not exist or is not private. On systems other than
    /// Linux the caller has checked its owner.
    /// </summary>
    public static bool TryFindDirectory(ref Scratch scratch, in EnvironmentBlock environment, out Bytes directory) =>
        CacheDirectory.TryAdd(ref scratch, environment, CacheDirectory.TokensLeaf, out directory)
            == CacheDirectoryFault.None
        && !scratch.IsFull
        && (
            !OperatingSystem.IsLinux() || NativeFile.StateOfPrivateDirectory(directory) == PrivateDirectoryState.Private
        );

    /// <summary>Adds the answer if a cached token can be used without calling AWS.</summary>
    /// <param name="scratch">Memory for everything that is read.</param>
    /// <param name="environment">The environment that the identity is taken from.</param>
    /// <param name="directory">The directory of tokens (<see cref="TryFindDirectory"/>).</param>
    /// <param name="serverUrl">The server URL of a request, without surrounding whitespace.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="answer">The response to print.</param>
    /// <param name="namesLog">Whether a registry configuration may turn on logging.</param>
    public static bool TryAnswer(
        ref Scratch scratch,
        in EnvironmentBlock environment,
        Bytes directory,
        Bytes serverUrl,
        long now,
        out Bytes answer,
        out bool namesLog
    )
    {
        answer = default;
        namesLog = false;
        // Without HOME, the home directory must be looked up in the user database, which a static executable prepares
        // in the normal start.
        if (environment.Home.IsEmpty || !ServerName.TryAdd(ref scratch, serverUrl, out Bytes host))
            return false;
        if (!TryReadSeed(ref scratch, directory, out Bytes seed))
            return false;
        if (!IdentityDigest.TryAdd(ref scratch, environment, seed, out Bytes identity, out namesLog))
            return false;
        Bytes key = IdentityDigest.AddKey(ref scratch, seed, identity, host);
        if (!TryReadEntry(ref scratch, directory, seed, key, out TokenEntry entry) || !entry.RequestedHost.IsSame(host))
            return false;
        if (!IsOf(ref scratch, environment, seed, entry))
            return false;
        if (!entry.Times.IsFresh(now / 1000) && !IsPausing(ref scratch, directory, seed, key, entry.Times, now))
            return false;
        return TryAdd(ref scratch, serverUrl, entry, out answer);
    }

    private static bool TryReadEntry(ref Scratch scratch, Bytes directory, Bytes seed, Bytes key, out TokenEntry entry)
    {
        entry = default;
        return TryReadFile(ref scratch, directory, key, default, LongestEntry, out Bytes content)
            && TokenEntry.TryRead(ref scratch, seed, content, out entry);
    }

    /// <summary>Adds the answer. Entries with escaped characters are left to the full lookup.</summary>
    private static bool TryAdd(ref Scratch scratch, Bytes serverUrl, in TokenEntry entry, out Bytes answer)
    {
        answer = default;
        if (!IsPlain(serverUrl) || !IsPlain(entry.Username) || !IsPlain(entry.Secret))
            return false;
        answer = AnswerLine.Add(ref scratch, serverUrl, entry.Username, entry.Secret);
        return !scratch.IsFull;
    }

    /// <summary>Whether all inputs of the token are unchanged.</summary>
    private static bool IsOf(ref Scratch scratch, in EnvironmentBlock environment, Bytes seed, TokenEntry entry)
    {
        int begin = scratch.Length;
        if (!IdentityDigest.AddSelector(ref scratch, environment).IsSame(entry.Selector))
            return false;
        scratch.Rewind(begin);
        while (entry.TryNextDependency(out DependencyKind kind, out Bytes digest, out Bytes input))
        {
            if (!IsPlain(input))
                return false;
            Bytes current = DependencyDigest.Add(ref scratch, environment, seed, kind, input);
            if (current.IsEmpty || !current.IsSame(digest))
                return false;
            scratch.Rewind(begin);
        }
        return !scratch.IsFull;
    }

    /// <summary>The token is due for renewal. It is used nevertheless if a refresh failed recently.</summary>
    private static bool IsPausing(
        ref Scratch scratch,
        Bytes directory,
        Bytes seed,
        Bytes key,
        TokenTimes times,
        long now
    ) =>
        times.IsValid(now / 1000)
        && TryReadFile(ref scratch, directory, key, FailurePause.FileSuffix, LongestEntry, out Bytes content)
        && FailurePause.IsPausing(ref scratch, seed, content, now);

    private static bool TryReadSeed(ref Scratch scratch, Bytes directory, out Bytes seed) =>
        TryReadFile(ref scratch, directory, SeedFile, default, SeedLength, out seed) && seed.Length == SeedLength;

    private static bool TryReadFile(
        ref Scratch scratch,
        Bytes directory,
        Bytes name,
        Bytes suffix,
        int longest,
        out Bytes content
    )
    {
        int begin = scratch.Length;
        _ = HomePath.TryAddBelow(ref scratch, directory, name);
        scratch.Add(suffix);
        Bytes path = scratch.EndPath(begin);
        int contentBegin = scratch.Length;
        content = default;
        if (scratch.IsFull || NativeFile.Append(ref scratch, path, longest, own: true) != FileRead.Ok)
            return false;
        content = scratch.Since(contentBegin);
        return true;
    }

    /// <summary>Whether a text is printable ASCII, which records and JSON store unchanged.</summary>
    private static bool IsPlain(Bytes text) =>
        text.IsPrintable && text.Find((byte)'\\') == text.Length && text.Find((byte)'"') == text.Length;
}
