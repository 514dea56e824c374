using System.Text;
using CredHelper.CachedGet;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Cache;

/// <summary>The identity that a token is cached for, for managed code; see <see cref="IdentityDigest"/>.</summary>
internal sealed class CacheKey
{
    /// <inheritdoc cref="IdentityDigest.LongestConfigFile"/>
    public const int LongestConfigFile = IdentityDigest.LongestConfigFile;

    private readonly byte[] _seed;
    private readonly byte[] _identity;

    private CacheKey(byte[] seed, byte[] identity, string selector)
    {
        _seed = seed;
        _identity = identity;
        Selector = selector;
    }

    /// <summary>The registry configuration of the whole machine; null on systems that have no such place.</summary>
    public static string? SystemRegistryMap =>
        OperatingSystem.IsWindows() ? null : Encoding.UTF8.GetString(IdentityDigest.SystemRegistryMap);

    /// <summary>The files of the registry configuration, for messages.</summary>
    public static string RegistryConfigurationFiles =>
        SystemRegistryMap is { } system ? $"{system} or ~/.ecr/config" : "~/.ecr/config";

    /// <inheritdoc cref="IdentityDigest.AddSelector"/>
    public string Selector { get; }

    /// <param name="environment">The environment the identity comes from; its <c>HOME</c> must be known.</param>
    /// <param name="seed">The cache's own random seed.</param>
    public static CacheKey Compute(EnvironmentSnapshot environment, byte[] seed) =>
        NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                EnvironmentBlock block = scratch.AddEnvironment(environment);
                Bytes seedBytes = scratch.AddCopy(seed);
                string selector = IdentityDigest.AddSelector(ref scratch, block).ToString();
                _ = IdentityDigest.TryAdd(ref scratch, block, seedBytes, out Bytes identity, out bool _);
                return new CacheKey(seed, identity.Span.ToArray(), selector);
            }
        );

    /// <summary>
    /// Returns the key for credentials that were fetched for another party, such as a pod's service account. No
    /// environment produces this key, whatever variables it sets, and no environment has the selector of such an entry.
    /// </summary>
    /// <param name="subject">The party, as text.</param>
    public CacheKey OnBehalfOf(string subject)
    {
        byte[] identity = NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes seed = scratch.AddCopy(_seed),
                    own = scratch.AddCopy(_identity),
                    kind = "on behalf of"u8,
                    text = scratch.AddText(subject);
                int fields = scratch.Length;
                scratch.AddField(seed);
                scratch.AddField(own);
                scratch.AddField(kind);
                scratch.AddField(text);
                return scratch.Digest(fields, seed).Span.ToArray();
            }
        );
        return new CacheKey(_seed, identity, $"{Selector} for {subject}");
    }

    /// <summary>The cache key of a registry under this identity, 32 hexadecimal digits.</summary>
    public string KeyOf(EcrRegistry registry) => KeyOf(registry.RequestedHost);

    /// <summary>
    /// The cache key of a purpose, such as the host that a token is requested for. The registry that an alias refers to
    /// is not part of it: the registry configuration that defines the alias is already part of the identity's digest.
    /// </summary>
    public string KeyOf(string purpose) =>
        NativeScratch.Use(
            (ref Scratch scratch) =>
                IdentityDigest
                    .AddKey(ref scratch, scratch.AddCopy(_seed), scratch.AddCopy(_identity), scratch.AddText(purpose))
                    .ToString()
        );
}
