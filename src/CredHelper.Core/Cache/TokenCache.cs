using System.Text;
using CredHelper.CachedGet;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Cache;

/// <summary>
/// Registry tokens on disk, one file for each registry and identity. Reading needs no lock, because files are only
/// replaced by rename. A cache that cannot be used never makes a request fail; <see cref="OpenOrCreate"/> returns the
/// reason.
/// </summary>
internal sealed class TokenCache
{
    private const int KeyLength = Scratch.DigestLength;
    private static readonly string FailureSuffix = Encoding.UTF8.GetString(FailurePause.FileSuffix);
    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(1);

    /// <summary>
    /// How long other records (<see cref="TryRead"/>) are kept, which is longer than any of them is used.
    /// </summary>
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);

    private TokenCache(string directory, byte[] seed)
    {
        Directory = directory;
        Seed = seed;
    }

    public string Directory { get; }

    /// <summary>Random bytes that seed the digests of this cache.</summary>
    public byte[] Seed { get; }

    /// <summary>Opens the cache if it exists and is safe; creates and changes nothing.</summary>
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

    /// <summary>Opens the cache and creates it if it is missing; null, with the reason, if that fails.</summary>
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
    /// Returns the intact entry of a registry under an identity, expired or not, if its further inputs are unchanged;
    /// null otherwise.
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

    /// <summary>Returns every intact entry with its key, in no particular order.</summary>
    public IEnumerable<(string Key, CachedToken Token)> Entries()
    {
        foreach (string name in PrivateDirectory.FileNames(Directory))
        {
            if (IsKey(name) && Read(name) is { } token)
                yield return (name, token);
        }
    }

    /// <summary>Returns the last failure of each registry and identity.</summary>
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
    /// Removes the tokens and failures of a registry, or of all registries, and the records that <c>list</c> uses.
    /// Returns the number of tokens removed.
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
    /// Removes entries that expired long ago or are damaged, and partial files of processes that were killed. The time
    /// is limited; what remains is removed by later calls (<see cref="PrivateDirectory.Sweep"/>).
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
                : LongestAge;
        if (PrivateDirectory.LastWrite(Path.Combine(Directory, name)) >= now - kept)
            return false;
        bool serves =
            name.Length == KeyLength && Read(name) is { } token && token.IsValid((now - kept).ToUnixTimeSeconds());
        return !serves;
    }

    /// <summary>Returns the registry of a token or failure; null for the records that <c>list</c> uses.</summary>
    private string? OwnerOf(string name)
    {
        if (name.Length == KeyLength)
            return Read(name)?.Registry;
        return name.EndsWith(FailureSuffix, StringComparison.Ordinal) ? FindFailure(name[..KeyLength])?.Registry : null;
    }

    /// <summary>
    /// Returns the current digests of inputs; null if one of them cannot be determined again. A token must not be
    /// cached if a later hit could not check its inputs.
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

    /// <summary>Returns the digests as one text, which is empty if there are no inputs.</summary>
    public string? ScopeOf(IReadOnlyList<Dependency> inputs, EnvironmentSnapshot environment) =>
        DigestsOf(inputs, environment) is { } digests
            ? string.Concat(Array.ConvertAll(digests, input => input.Digest))
            : null;

    /// <summary>Whether an entry belongs to this identity and all its inputs are unchanged.</summary>
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

    /// <summary>
    /// Reads another small record of this program from the cache directory, such as the registries that <c>list</c>
    /// prints.
    /// </summary>
    public bool TryRead(string name, out byte[] content) =>
        RegularFile.Read(Path.Combine(Directory, name), Hit.LongestEntry, out content, own: true) == FileRead.Ok;

    private static bool IsKey(string name) => name.Length == KeyLength && name.All(char.IsAsciiHexDigitLower);
}
