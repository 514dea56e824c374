using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The way of a cached <c>get</c>, from the environment to the answer: a few small files are read and one line is
/// made. No lock, no network, no SDK, no parser. Whatever is not an unquestionable hit is left to the slow way, which
/// also says what is wrong.
/// </summary>
internal static class Hit
{
    /// <summary>Bytes; more is no entry.</summary>
    public const int LongestEntry = 256 * 1024;

    /// <summary>Characters of a seed's file, and the name of that file in its directory.</summary>
    public const int SeedLength = 32;

    public static ReadOnlySpan<byte> SeedFile => "seed"u8;

    /// <summary>
    /// Adds the path of the directory of tokens; false if there is none, or it is not ours alone. On other systems than
    /// Linux, the caller has looked whose it is.
    /// </summary>
    public static bool TryFindDirectory(ref Scratch scratch, in EnvironmentBlock environment, out Bytes directory) =>
        CacheDirectory.TryAdd(ref scratch, environment, CacheDirectory.TokensLeaf, out directory)
            == CacheDirectoryFault.None
        && !scratch.IsFull
        && (
            !OperatingSystem.IsLinux() || NativeFile.StateOfPrivateDirectory(directory) == PrivateDirectoryState.Private
        );

    /// <summary>Adds the answer if a cached token serves without a look at AWS.</summary>
    /// <param name="scratch">Memory for all that is read.</param>
    /// <param name="environment">The environment the identity comes from.</param>
    /// <param name="directory">The directory of tokens (<see cref="TryFindDirectory"/>).</param>
    /// <param name="serverUrl">One that came with a request, without blanks around it.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="answer">The line that answers the request.</param>
    /// <param name="namesLog">Whether a registry map may want the hit logged.</param>
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
        // Without a home the user database must be asked, which a static executable prepares for on the slow way.
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

    /// <summary>Adds the answer; what is escaped in the entry is for the slow way to read.</summary>
    private static bool TryAdd(ref Scratch scratch, Bytes serverUrl, in TokenEntry entry, out Bytes answer)
    {
        answer = default;
        if (!IsPlain(serverUrl) || !IsPlain(entry.Username) || !IsPlain(entry.Secret))
            return false;
        answer = AnswerLine.Add(ref scratch, serverUrl, entry.Username, entry.Secret);
        return !scratch.IsFull;
    }

    /// <summary>Whether nothing has changed that the token depends on.</summary>
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

    /// <summary>
    /// Due for renewal: serves all the same while a refresh that just failed is not worth another try.
    /// </summary>
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

    /// <summary>Printable ASCII that a record and JSON hold as it is.</summary>
    private static bool IsPlain(Bytes text) =>
        text.IsPrintable && text.Find((byte)'\\') == text.Length && text.Find((byte)'"') == text.Length;
}
