using System.Text;
using CredHelper.CachedGet;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Cache;

/// <summary>
/// Registry tokens on disk, one file for each registry and identity. Reading needs no lock: files change by rename
/// alone. A cache that cannot be used never fails an answer; <see cref="OpenOrCreate"/> says why there is none.
/// </summary>
internal sealed class TokenCache
{
    private const int KeyLength = Scratch.DigestLength;
    private static readonly string FailureSuffix = Encoding.UTF8.GetString(FailurePause.FileSuffix);
    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(1);

    /// <summary>Longer than anything of another kind (<see cref="TryRead"/>) is relied on.</summary>
    private static readonly TimeSpan KeptOtherwise = TimeSpan.FromDays(30);

    private TokenCache(string directory, byte[] seed)
    {
        Directory = directory;
        Seed = seed;
    }

    public string Directory { get; }

    /// <summary>Random bytes that make the digests of this cache its own.</summary>
    public byte[] Seed { get; }

    /// <summary>The cache if it exists and is safe; touches nothing.</summary>
    public static TokenCache? OpenExisting(EnvironmentSnapshot environment)
    {
        if (
            CacheLocation.Tokens(environment, out _) is not { } directory
            || PrivateDirectory.WhyUnusable(directory) is not null
        )
        {
            return null;
        }

        return CacheSeed.Read(directory) is { } seed ? new TokenCache(directory, seed) : null;
    }

    /// <summary>The cache, made if it is missing; null, with the reason, where that cannot be.</summary>
    public static TokenCache? OpenOrCreate(EnvironmentSnapshot environment, out string? reason)
    {
        if (CacheLocation.Tokens(environment, out reason) is not { } directory)
            return null;
        reason = PrivateDirectory.Ensure(directory);
        if (reason is not null)
            return null;
        try
        {
            if (CacheSeed.ReadOrCreate(directory) is { } seed)
                return new TokenCache(directory, seed);
            reason = $"{Path.Combine(directory, CacheSeed.FileName)} cannot be read";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reason = $"{directory} cannot be written: {exception.Message}";
        }
        return null;
    }

    /// <summary>
    /// The intact entry of a registry under an identity whose further inputs are unchanged, expired ones included; null
    /// on a miss.
    /// </summary>
    public CachedToken? Find(EcrRegistry registry, CacheKey cacheKey, EnvironmentSnapshot environment) =>
        Read(cacheKey.KeyOf(registry)) is { } token
        && token.Registry == registry.Host
        && token.Alias == registry.Alias
        && IsOf(token, cacheKey, environment)
            ? token
            : null;

    /// <exception cref="IOException">The entry could not be written; the old one is untouched.</exception>
    public void Put(string key, CachedToken token) => PrivateDirectory.Replace(Directory, key, token.Format(Seed));

    public void Remove(string key) => PrivateDirectory.Delete(Path.Combine(Directory, key));

    public FailureRecord? FindFailure(string key) =>
        TryRead(key + FailureSuffix, out byte[] content) ? FailureRecord.Parse(Seed, content) : null;

    /// <exception cref="IOException">The record could not be written.</exception>
    public void PutFailure(string key, FailureRecord failure) =>
        PrivateDirectory.Replace(Directory, key + FailureSuffix, failure.Format(Seed));

    public void RemoveFailure(string key) => PrivateDirectory.Delete(Path.Combine(Directory, key + FailureSuffix));

    /// <summary>Every intact entry with its key, in no order.</summary>
    public IEnumerable<(string Key, CachedToken Token)> Entries()
    {
        foreach (string name in PrivateDirectory.FileNames(Directory))
        {
            if (IsKey(name) && Read(name) is { } token)
                yield return (name, token);
        }
    }

    /// <summary>The last failure of each registry and identity that failed.</summary>
    public IEnumerable<FailureRecord> Failures()
    {
        foreach (string name in PrivateDirectory.FileNames(Directory))
        {
            if (
                name.EndsWith(FailureSuffix, StringComparison.Ordinal)
                && FindFailure(name[..^FailureSuffix.Length]) is { } failure
            )
            {
                yield return failure;
            }
        }
    }

    /// <summary>
    /// Removes tokens and failures of a registry, or all of them, and what list remembers. How many tokens that were.
    /// </summary>
    public int Clear(string? registry)
    {
        int count = 0;
        foreach (string name in PrivateDirectory.FileNames(Directory))
        {
            if (name.Length < KeyLength || !IsKey(name[..KeyLength]))
                continue;
            if (registry is not null && OwnerOf(name) != registry)
                continue;
            PrivateDirectory.Delete(Path.Combine(Directory, name));
            if (name.Length == KeyLength)
                count++;
        }
        return count;
    }

    /// <summary>
    /// Removes what expired long ago, is damaged, or was left half written by a process that was killed; what a short
    /// time does not suffice for is left to the next one (<see cref="PrivateDirectory.Sweep"/>).
    /// </summary>
    public void Prune(DateTimeOffset now, TimeSpan? patience = null) =>
        PrivateDirectory.Sweep(
            Directory,
            name => PrivateDirectory.IsAbandoned(Directory, name, now) || IsOutdated(name, now),
            patience
        );

    private bool IsOutdated(string name, DateTimeOffset now)
    {
        if (name.Length < KeyLength || !IsKey(name[..KeyLength]))
            return false;
        TimeSpan kept =
            name.Length == KeyLength || name.EndsWith(FailureSuffix, StringComparison.Ordinal)
                ? KeptAfterExpiry
                : KeptOtherwise;
        if (PrivateDirectory.LastWrite(Path.Combine(Directory, name)) >= now - kept)
            return false;
        bool serves =
            name.Length == KeyLength && Read(name) is { } token && token.IsValid((now - kept).ToUnixTimeSeconds());
        return !serves;
    }

    /// <summary>The registry of a token or a failure; null for what list remembers.</summary>
    private string? OwnerOf(string name)
    {
        if (name.Length == KeyLength)
            return Read(name)?.Registry;
        return name.EndsWith(FailureSuffix, StringComparison.Ordinal) ? FindFailure(name[..KeyLength])?.Registry : null;
    }

    /// <summary>
    /// The digests of inputs as they are now; null if one of them cannot be told again: what a later hit could not
    /// check must not be kept.
    /// </summary>
    public (Dependency Input, string Digest)[]? DigestsOf(
        IReadOnlyList<Dependency> inputs,
        EnvironmentSnapshot environment
    )
    {
        var digests = new (Dependency, string)[inputs.Count];
        for (int i = 0; i < digests.Length; i++)
        {
            if (inputs[i].Digest(environment, Seed) is not { } digest)
                return null;
            digests[i] = (inputs[i], digest);
        }
        return digests;
    }

    /// <summary>The same as one text, which is empty for no inputs.</summary>
    public string? ScopeOf(IReadOnlyList<Dependency> inputs, EnvironmentSnapshot environment) =>
        DigestsOf(inputs, environment) is { } digests
            ? string.Concat(Array.ConvertAll(digests, input => input.Digest))
            : null;

    /// <summary>Whether an entry is this identity's, and nothing has changed that it depends on.</summary>
    public bool IsOf(CachedToken token, CacheKey cacheKey, EnvironmentSnapshot environment)
    {
        if (token.Selector != cacheKey.Selector)
            return false;
        foreach ((Dependency input, string digest) in token.Dependencies)
        {
            if (input.Digest(environment, Seed) != digest)
                return false;
        }
        return true;
    }

    private CachedToken? Read(string key) => TryRead(key, out byte[] content) ? CachedToken.Parse(Seed, content) : null;

    /// <summary>Another small record of ours in the same place, such as which registries a list may name.</summary>
    public bool TryRead(string name, out byte[] content) =>
        RegularFile.Read(Path.Combine(Directory, name), Hit.LongestEntry, out content, own: true) == FileRead.Ok;

    private static bool IsKey(string name) => name.Length == KeyLength && name.All(char.IsAsciiHexDigitLower);
}
